"""Tables: columns, constraints, relationships; one noun a file. Importing this package registers them all."""

from feedback.models.audit_event import AuditEvent
from feedback.models.body import Body
from feedback.models.calendar_day import CalendarDay
from feedback.models.case_note import CaseNote
from feedback.models.clock_event import ClockEvent
from feedback.models.comment import Comment
from feedback.models.cron_run import CronRun
from feedback.models.deadline_profile import DeadlineProfile
from feedback.models.lease import Lease
from feedback.models.notification import Notification
from feedback.models.officer import Officer, OfficerRole
from feedback.models.officer_session import OfficerSession
from feedback.models.outbox import Outbox
from feedback.models.province import Province
from feedback.models.response import Response
from feedback.models.routing_decision import RoutingDecision
from feedback.models.sender import Sender

__all__ = [
    "AuditEvent",
    "Body",
    "CalendarDay",
    "CaseNote",
    "ClockEvent",
    "Comment",
    "CronRun",
    "DeadlineProfile",
    "Lease",
    "Notification",
    "Officer",
    "OfficerRole",
    "OfficerSession",
    "Outbox",
    "Province",
    "Response",
    "RoutingDecision",
    "Sender",
]

"""Tables: columns, constraints, relationships; one noun a file. Importing this package registers them all."""

from feedback.models.admin_event import AdminEvent
from feedback.models.answer_template import AnswerTemplate
from feedback.models.attachment import Attachment
from feedback.models.audit_event import AuditEvent
from feedback.models.audit_sample import AuditSample
from feedback.models.body import Body
from feedback.models.bulk_batch import BulkBatch, BulkItem
from feedback.models.calendar_change import CalendarChange, CalendarTask
from feedback.models.calendar_day import CalendarDay
from feedback.models.campaign import Campaign
from feedback.models.case_body import CaseBody
from feedback.models.case_clock import CaseClock
from feedback.models.case_note import CaseNote
from feedback.models.case_read import CaseRead
from feedback.models.case_tag import CaseTag
from feedback.models.clock_event import ClockEvent
from feedback.models.comment import Comment
from feedback.models.comment_count import CommentChange, CommentCount
from feedback.models.contact_mark import ContactMark
from feedback.models.cron_run import CronRun
from feedback.models.deadline_profile import DeadlineProfile
from feedback.models.disposal_batch import DisposalBatch
from feedback.models.disposal_certificate import DisposalCertificate
from feedback.models.disposal_item import DisposalItem
from feedback.models.golden_case import GoldenCase
from feedback.models.label import Label
from feedback.models.lease import Lease
from feedback.models.likeness import Likeness
from feedback.models.model_release import ModelRelease
from feedback.models.notification import Notification
from feedback.models.officer import Officer, OfficerRole
from feedback.models.officer_notice import OfficerDigest, OfficerNotice
from feedback.models.officer_session import OfficerSession
from feedback.models.outbox import Outbox
from feedback.models.province import Province
from feedback.models.publication import Publication
from feedback.models.refusal_reason import RefusalReason
from feedback.models.resemblance import Resemblance
from feedback.models.response import Response
from feedback.models.retention_schedule import RetentionSchedule
from feedback.models.routing_decision import RoutingDecision
from feedback.models.saved_view import SavedView, ViewSubscription
from feedback.models.sender import Sender
from feedback.models.teaching_pick import TeachingPick
from feedback.models.training_run import TrainingRun

__all__ = [
    "AdminEvent",
    "AnswerTemplate",
    "Attachment",
    "AuditEvent",
    "AuditSample",
    "Body",
    "BulkBatch",
    "BulkItem",
    "CalendarChange",
    "CalendarDay",
    "CalendarTask",
    "Campaign",
    "CaseBody",
    "CaseClock",
    "CaseNote",
    "CaseRead",
    "CaseTag",
    "ClockEvent",
    "Comment",
    "CommentChange",
    "CommentCount",
    "ContactMark",
    "CronRun",
    "DeadlineProfile",
    "DisposalBatch",
    "DisposalCertificate",
    "DisposalItem",
    "GoldenCase",
    "Label",
    "Lease",
    "Likeness",
    "ModelRelease",
    "Notification",
    "Officer",
    "OfficerDigest",
    "OfficerNotice",
    "OfficerRole",
    "OfficerSession",
    "Outbox",
    "Province",
    "Publication",
    "RefusalReason",
    "Resemblance",
    "Response",
    "RetentionSchedule",
    "RoutingDecision",
    "SavedView",
    "Sender",
    "TeachingPick",
    "TrainingRun",
    "ViewSubscription",
]

"""The two statements of a batch of verdicts: what locks the comments, and what carries everything out at once."""

from __future__ import annotations

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from feedback.db import UtcDateTime
from feedback.services import clocks

# Both rows are locked in the order of the comments' ids, so that two batches never wait for each other in a circle.
LOCK = text(f"""
SELECT outbox.id AS promise, comment.id, comment.status, comment.province, comment.audit_sequence, comment.audit_hash,
    comment.kind, comment.due_at, ({clocks.LEDGER}) AS ledger
FROM outbox JOIN comment ON comment.id = outbox.comment_id
WHERE outbox.id = ANY(:promises) AND outbox.state = 'pending' AND NOT comment.held
ORDER BY comment.id
FOR UPDATE OF outbox, comment
""")  # noqa: S608 -- a part of our own

APPLY = text(f"""
WITH moved AS (
    UPDATE comment SET status = row.status, body_id = row.body_id, desk_reason = row.desk_reason, due_at = row.due_at,
        screen = row.screen, confidential = row.confidential, province = row.province,
        forwarded_at = CASE WHEN row.body_id IS NULL THEN comment.forwarded_at ELSE :at END,
        audit_sequence = row.audit_sequence, audit_hash = row.audit_hash, version = version + 1, updated_at = :at
    FROM jsonb_to_recordset(:comments) AS row(id uuid, status text, body_id int, desk_reason text, screen text,
        confidential bool, province text, due_at timestamptz, audit_sequence int, audit_hash text)
    WHERE comment.id = row.id
    RETURNING comment.id, comment.status, comment.body_id, comment.confidential, comment.audit_sequence
), audited AS (
    INSERT INTO audit_event (comment_id, sequence, at, actor, action, data, previous_hash, hash)
    SELECT comment_id, sequence, at, actor, action, data, previous_hash, hash
    FROM jsonb_to_recordset(:events) AS row(comment_id uuid, sequence int, at timestamptz, actor text, action text,
        data jsonb, previous_hash text, hash text)
), clocked AS ({clocks.EVENTS_WRITTEN}), timed AS ({clocks.CLOCKS_WRITTEN}), decided AS (
    INSERT INTO routing_decision (comment_id, at, made_by, outcome, class_code, body_id, confidence, candidates,
        evidence, screen, screen_confidence, kind, field, urgency, coordinating, question, rule_id, model_version)
    SELECT comment_id, :at, 'machine', outcome, class_code, body_id, confidence, candidates, evidence, screen,
        screen_confidence, kind, field, urgency, coordinating, question, rule_id, model_version
    FROM jsonb_to_recordset(:decisions) AS row(comment_id uuid, outcome text, class_code text, body_id int,
        confidence float8, candidates jsonb, evidence jsonb, screen text, screen_confidence float8, kind text,
        field text, urgency jsonb, coordinating jsonb, question text, rule_id int, model_version text)
    ON CONFLICT (comment_id, model_version) DO NOTHING
), kept AS (
    UPDATE outbox SET state = 'done', finished_at = now() WHERE id = ANY(:promises) AND state = 'pending'
), told AS (
    INSERT INTO notification (comment_id, event, facts, occasion, channel, message_id, created_at)
    SELECT moved.id, 'assigned', jsonb_build_object('body', body.code), moved.audit_sequence, channel.name,
        '<' || moved.id || '.' || moved.audit_sequence || '.assigned'
            || CASE channel.name WHEN 'email' THEN '' ELSE '.' || channel.name END || '@langnghe>', :at
    FROM moved JOIN body ON body.id = moved.body_id JOIN sender ON sender.comment_id = moved.id
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN sender.email IS NOT NULL THEN 'email' WHEN sender.phone IS NOT NULL THEN 'sms' END),
        (CASE WHEN sender.callback_url IS NOT NULL THEN 'webhook' END)
    ) AS channel(name)
    WHERE moved.status = 'assigned' AND sender.consent_contact AND channel.name IS NOT NULL
    RETURNING id, comment_id
)
INSERT INTO outbox (topic, comment_id, notification_id, available_at, created_at)
SELECT 'notify', comment_id, id, :at, :at FROM told
UNION ALL
SELECT 'compare', id, NULL, :at, :at FROM moved WHERE NOT confidential
""").bindparams(  # noqa: S608 -- parts of our own
    bindparam("at", type_=UtcDateTime()),
    *(bindparam(name, type_=JSONB()) for name in ("comments", "events", "decisions")),
    *clocks.AS_ROWS,
)

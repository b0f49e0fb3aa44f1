-- Made after the rows are in, which is faster than keeping them up to date meanwhile.
CREATE INDEX calls_by_id ON calls (call_id);
CREATE INDEX calls_by_answer ON calls (answered_at);
CREATE INDEX calls_by_org ON calls (org_id, answered_at);
CREATE INDEX calls_by_arrival ON calls (ingested_at);
CREATE INDEX messages_by_org ON messages (org_id, sent_at);
CREATE INDEX transcripts_by_org ON transcripts (org_id, created_at);
CREATE INDEX transcripts_by_call ON transcripts (call_id);
CREATE INDEX outcomes_by_org ON outcomes (org_id, occurred_at);

-- The operations database of Tinwhistle Voice, as its engineers left it.
-- No key on call_id: the webhook consumer writes what it is sent, twice if it is sent twice.

CREATE TABLE orgs (
    org_id TEXT PRIMARY KEY,
    parent_org_id TEXT REFERENCES orgs (org_id),
    name TEXT NOT NULL,
    stripe_customer_id TEXT,
    status TEXT NOT NULL
);

CREATE TABLE calls (
    call_id TEXT NOT NULL,
    org_id TEXT,
    agent_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    setup_at TEXT NOT NULL,
    answered_at TEXT,
    ended_at TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    transfer_ms INTEGER NOT NULL,
    country TEXT NOT NULL,
    end_reason TEXT NOT NULL,
    environment TEXT NOT NULL,
    provider_cost_usd TEXT,
    ingested_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    metadata TEXT NOT NULL
);

CREATE TABLE messages (
    message_id TEXT NOT NULL,
    org_id TEXT,
    direction TEXT NOT NULL,
    channel TEXT NOT NULL,
    segments INTEGER NOT NULL,
    sent_at TEXT NOT NULL,
    status TEXT NOT NULL,
    environment TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE transcripts (
    transcript_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    org_id TEXT,
    seconds INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    environment TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE outcomes (
    outcome_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    org_id TEXT,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    reversed_at TEXT,
    environment TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- Gigabytes as decimal text, so that an average over a month is exact.
CREATE TABLE storage_daily (
    org_id TEXT NOT NULL,
    day TEXT NOT NULL,
    gb TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    PRIMARY KEY (org_id, day)
);

CREATE TABLE seats_daily (
    org_id TEXT NOT NULL,
    day TEXT NOT NULL,
    seats INTEGER NOT NULL,
    ingested_at TEXT NOT NULL,
    PRIMARY KEY (org_id, day)
);

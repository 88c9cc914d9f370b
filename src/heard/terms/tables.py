"""The canonical tables. Times come twice: an instant for people, integers for measures (CONTRACTS 4).

Integer clocks: `*_epoch_s` seconds since 1970 UTC; `local_day` and `week_start` days since 1970 on the business's
calendar (week_start is its Monday); `month` is yyyymm there. An undated row has null clocks and month 0.
"""

import pyarrow as pa

from heard.terms.columns import Column, Privacy, Table

TEXT, INT, LONG, REAL, BOOL = pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
SPAN = "code points into the stored text"


def _c(name: str, kind: pa.DataType, privacy: Privacy, meaning: str, *, required: bool = False) -> Column:
    return Column(name, kind, privacy, meaning, required)


PROVENANCE = (
    _c("source", TEXT, "system", "name of the source that read the record", required=True),
    _c("source_id", TEXT, "key", "foreign id, hashed unless the source declares it opaque"),
    _c("imported_at", INSTANT, "system", "when the gate admitted the row", required=True),
    _c("batch_id", TEXT, "system", "the import or run that wrote the row", required=True),
)
MONTH = _c("month", INT, "fact", "yyyymm on the business's calendar; 0 when undated", required=True)
DAY = _c("local_day", INT, "fact", "day since 1970 on the business's calendar")
WEEK = _c("week_start", INT, "fact", "Monday of the week, as day since 1970")

DIMENSIONS = (
    _c("channel", TEXT, "fact", "one of terms.words.CHANNELS"),
    _c("queue", TEXT, "fact", "where the work waited"),
    _c("team_id", TEXT, "fact", "team of the first agent"),
    _c("issue", TEXT, "fact", "what it was about, in the business's own words"),
)

INTERACTION = Table(
    "interaction",
    "One contact about one matter, over any channels.",
    (
        _c("interaction_id", TEXT, "key", "key", required=True),
        _c("opened_at", INSTANT, "fact", "first turn or creation"),
        _c("closed_at", INSTANT, "fact", "last turn or closing"),
        _c("solved_at", INSTANT, "fact", "last time it was set to solved; null when open"),
        *DIMENSIONS,
        _c("product", TEXT, "fact", "product or service"),
        _c("language", TEXT, "fact", "ISO 639-1 code; null when unknown"),
        _c("locale", TEXT, "fact", "BCP 47 tag as the source gives it"),
        _c("customer_id", TEXT, "pseudonym", "who asked"),
        _c("account_id", TEXT, "pseudonym", "who pays"),
        _c("first_agent_id", TEXT, "pseudonym", "first person who answered"),
        _c("reopen_count", INT, "fact", "times that it was reopened"),
        _c("was_escalated", BOOL, "fact", "went to another level"),
        _c("started_by", TEXT, "fact", "role of whoever spoke first"),
        _c("condition", TEXT, "fact", "assigned condition of a study; null outside studies"),
        _c("source_url", TEXT, "fact", "address in the help desk, when it holds no personal data"),
        _c("opened_epoch_s", LONG, "fact", "opened_at as seconds"),
        _c("closed_epoch_s", LONG, "fact", "closed_at as seconds"),
        _c("solved_epoch_s", LONG, "fact", "solved_at as seconds"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("interaction_id",),
    partition="month",
    subject="customer_id",
)

TURN = Table(
    "turn",
    "One speaker, uninterrupted.",
    (
        _c("turn_id", TEXT, "key", "key", required=True),
        _c("interaction_id", TEXT, "key", "its interaction", required=True),
        _c("position", INT, "fact", "order within the interaction; ties are broken by sent_at", required=True),
        _c("sent_at", INSTANT, "fact", "when it was sent; null when undated"),
        _c("speaker_role", TEXT, "fact", "customer, agent, bot or system", required=True),
        _c("speaker_id", TEXT, "pseudonym", "who spoke"),
        _c("text", TEXT, "words", "redacted words", required=True),
        _c("text_digest", TEXT, "system", "BLAKE2b of the redacted text, to which spans belong", required=True),
        _c("redaction_version", TEXT, "system", "which redaction made the text", required=True),
        _c("special_categories", pa.list_(TEXT), "fact", "kinds of special-category words that were flagged"),
        _c("is_public", BOOL, "fact", "the customer saw it", required=True),
        _c("offset_seconds", REAL, "fact", "from the start of a call"),
        _c("duration_seconds", REAL, "fact", "how long it was spoken"),
        _c("authored_by", TEXT, "fact", "human, bot or assisted"),
        _c("language", TEXT, "fact", "ISO 639-1 code as detected; null when too short to say"),
        _c("sent_epoch_s", LONG, "fact", "sent_at as seconds"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("turn_id",),
    partition="month",
)

SIGNAL = Table(
    "signal",
    "What a signal found in a turn, with its evidence (T3: no span, no row).",
    (
        _c("turn_id", TEXT, "key", "its turn", required=True),
        _c("interaction_id", TEXT, "key", "its interaction", required=True),
        _c("signal", TEXT, "system", "name of the signal", required=True),
        _c("version", TEXT, "system", "version of the signal", required=True),
        _c("label", TEXT, "label", "label of the codebook", required=True),
        _c("score", pa.float32(), "label", "on the signal's declared scale", required=True),
        _c("span_start", INT, "label", SPAN, required=True),
        _c("span_end", INT, "label", SPAN, required=True),
        _c("text_digest", TEXT, "system", "the text that the span belongs to", required=True),
        MONTH,
        *PROVENANCE,
    ),
    key=("interaction_id",),
    partition="month",
)

MOMENT = Table(
    "moment",
    "The ledger: where a customer showed a feeling or a hardship, what the reply did, what came next (CODEBOOK C).",
    (
        _c("moment_id", TEXT, "key", "key", required=True),
        _c("interaction_id", TEXT, "key", "its interaction", required=True),
        _c("opens_turn_id", TEXT, "key", "customer turn at which it opens", required=True),
        _c("opens_position", INT, "fact", "position of that turn", required=True),
        _c("opens_span_start", INT, "label", SPAN, required=True),
        _c("opens_span_end", INT, "label", SPAN, required=True),
        _c("kind", TEXT, "label", "explicit or implicit", required=True),
        _c("emotion", TEXT, "label", "main emotion, or concern", required=True),
        _c("intensity", INT, "label", "1 mild, 2 clear, 3 strong", required=True),
        _c("cause", TEXT, "label", "what the feeling is about", required=True),
        _c("reply_turn_id", TEXT, "key", "first agent turn that answers; null when none does"),
        _c("reply_span_start", INT, "label", SPAN),
        _c("reply_span_end", INT, "label", SPAN),
        _c("reply_agent_id", TEXT, "pseudonym", "who answered"),
        _c("reply_role", TEXT, "fact", "agent or bot"),
        _c("reply_fingerprint", LONG, "system", "of the answering sentence, to find boilerplate; null when none"),
        _c("state", TEXT, "label", "met, late, missed or unanswered", required=True),
        _c("is_generic", BOOL, "label", "the answer would fit any ticket; null when not answered"),
        _c(
            "is_overdone",
            BOOL,
            "label",
            "three or more sorry-or-sympathy statements where progress was due",
            required=True,
        ),
        _c("is_harmful", BOOL, "label", "a reply in the window dismisses, deflects or stonewalls", required=True),
        _c("is_explained_confusion", BOOL, "label", "a confusion met by an explanation (CONTRACTS 14)", required=True),
        _c("after", TEXT, "label", "better, same, worse or none", required=True),
        _c("latency_turns", INT, "fact", "turns from opening to answer; null when not answered"),
        _c("acknowledged_calendar_seconds", REAL, "fact", "opening to answer; null when not answered or undated"),
        _c("acknowledged_business_seconds", REAL, "fact", "the same within business hours"),
        _c("customer_id", TEXT, "pseudonym", "whose moment"),
        *DIMENSIONS,
        _c("opens_epoch_s", LONG, "fact", "when it opened; null when undated"),
        DAY,
        WEEK,
        MONTH,
        _c("version", TEXT, "system", "version of the ledger's rules and signals", required=True),
        *PROVENANCE,
    ),
    key=("interaction_id",),
    partition="month",
    subject="customer_id",
)

INTERACTION_FACT = Table(
    "interaction_fact",
    "Behaviours and counts of an interaction, summed once at scoring time.",
    (
        _c("interaction_id", TEXT, "key", "key", required=True),
        _c("customer_id", TEXT, "pseudonym", "who asked"),
        _c("agent_id", TEXT, "pseudonym", "first agent who answered; null when nobody did"),
        *DIMENSIONS,
        _c("customer_turn_count", INT, "fact", "public customer turns", required=True),
        _c("agent_turn_count", INT, "fact", "public agent turns", required=True),
        _c("bot_turn_count", INT, "fact", "public bot turns", required=True),
        _c("unscored_turn_count", INT, "fact", "turns that the signal could not say anything about", required=True),
        _c("moment_count", INT, "label", "moments, unanswered included", required=True),
        _c(
            "behavior_mask",
            LONG,
            "label",
            "bit i is behaviour i of terms.labels.BEHAVIORS seen in any reply",
            required=True,
        ),
        _c("cue_mask", LONG, "label", "bit i is cue i of terms.labels.CUES", required=True),
        _c("emotion_mask", LONG, "label", "bit i is emotion i of terms.labels.EMOTIONS", required=True),
        _c("is_loop_closed", BOOL, "label", "an agent checked that the matter was settled", required=True),
        _c("first_reply_calendar_seconds", REAL, "fact", "first customer turn to first human reply"),
        _c("first_reply_business_seconds", REAL, "fact", "the same within business hours"),
        _c("resolution_calendar_seconds", REAL, "fact", "opening to the last solving; null when not solved"),
        _c("resolution_business_seconds", REAL, "fact", "the same within business hours"),
        _c("opened_epoch_s", LONG, "fact", "when it opened"),
        _c("closed_epoch_s", LONG, "fact", "when it closed"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("interaction_id",),
    partition="month",
    subject="customer_id",
)

EMPATHIC_SENTENCE = Table(
    "empathic_sentence",
    "Every agent sentence that carries an empathic behaviour, by fingerprint: what boilerplate is counted from.",
    (
        _c("turn_id", TEXT, "key", "its turn", required=True),
        _c("interaction_id", TEXT, "key", "its interaction", required=True),
        _c("fingerprint", LONG, "system", "equal for near-identical sentences", required=True),
        _c(
            "context_fingerprint",
            LONG,
            "system",
            "of the customer block before it; boilerplate counts distinct ones",
            required=True,
        ),
        _c("span_start", INT, "label", SPAN, required=True),
        _c("span_end", INT, "label", SPAN, required=True),
        *DIMENSIONS,
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("interaction_id",),
    partition="month",
)

CUSTOMER = Table(
    "customer",
    "A customer under a pseudonym.",
    (
        _c("customer_id", TEXT, "pseudonym", "key", required=True),
        _c("account_id", TEXT, "pseudonym", "account"),
        _c("segment", TEXT, "fact", "the business's own segment"),
        _c("locale", TEXT, "fact", "BCP 47 tag"),
        _c("joined_on", pa.date32(), "fact", "first day as a customer"),
        _c("renews_on", pa.date32(), "fact", "next renewal; null when there is none"),
        *PROVENANCE,
    ),
    key=("customer_id",),
    subject="customer_id",
)

AGENT = Table(
    "agent",
    "A member of staff under a pseudonym. Holds no feeling of theirs, ever.",
    (
        _c("agent_id", TEXT, "pseudonym", "key", required=True),
        _c("team_id", TEXT, "fact", "team"),
        _c("joined_on", pa.date32(), "fact", "first day"),
        _c("is_bot", BOOL, "fact", "a machine", required=True),
        *PROVENANCE,
    ),
    key=("agent_id",),
)

SURVEY_INVITATION = Table(
    "survey_invitation",
    "One invitation to answer a survey.",
    (
        _c("invitation_id", TEXT, "key", "key", required=True),
        _c("interaction_id", TEXT, "key", "the contact asked about"),
        _c("customer_id", TEXT, "pseudonym", "who was asked"),
        _c("instrument", TEXT, "fact", "which survey", required=True),
        _c("instrument_version", TEXT, "fact", "its version", required=True),
        _c("sent_at", INSTANT, "fact", "when it was sent"),
        _c("inclusion_probability", REAL, "fact", "chance of being asked; null when unknown"),
        _c("order_seed", LONG, "fact", "seed of the item order"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("invitation_id",),
    partition="month",
    subject="customer_id",
)

SURVEY_ANSWER = Table(
    "survey_answer",
    "One answer to one item, as given.",
    (
        _c("answer_id", TEXT, "key", "key", required=True),
        _c("invitation_id", TEXT, "key", "its invitation; null when unknown"),
        _c("interaction_id", TEXT, "key", "the contact asked about"),
        _c("customer_id", TEXT, "pseudonym", "who answered"),
        _c("instrument", TEXT, "fact", "which survey", required=True),
        _c("instrument_version", TEXT, "fact", "its version", required=True),
        _c("item_id", TEXT, "fact", "which item", required=True),
        _c("value", REAL, "fact", "raw value on its own scale; null for a comment"),
        _c("scale_low", REAL, "fact", "lowest value of the scale"),
        _c("scale_high", REAL, "fact", "highest value of the scale"),
        _c("polarity", TEXT, "fact", "higher_better or lower_better"),
        _c("verbatim", TEXT, "words", "redacted comment"),
        _c("answered_at", INSTANT, "fact", "when it was answered"),
        _c("answered_epoch_s", LONG, "fact", "answered_at as seconds"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("answer_id",),
    partition="month",
    subject="customer_id",
)

OUTCOME = Table(
    "outcome",
    "What a customer did: ordered, renewed, left, was refunded.",
    (
        _c("outcome_id", TEXT, "key", "key", required=True),
        _c("customer_id", TEXT, "pseudonym", "who", required=True),
        _c("interaction_id", TEXT, "key", "the contact that it belongs to, where the source says so"),
        _c("kind", TEXT, "fact", "one of terms.words.OUTCOMES", required=True),
        _c("occurred_at", INSTANT, "fact", "when"),
        _c("amount", REAL, "fact", "money, in currency; null where it has none"),
        _c("currency", TEXT, "fact", "ISO 4217"),
        _c("reason", TEXT, "fact", "stated reason, from the business's list"),
        _c("is_voluntary", BOOL, "fact", "false for a failed payment; null when unknown"),
        _c("occurred_epoch_s", LONG, "fact", "occurred_at as seconds"),
        DAY,
        WEEK,
        MONTH,
        *PROVENANCE,
    ),
    key=("outcome_id",),
    partition="month",
    subject="customer_id",
)

RELEASED = Table(
    "released",
    "The frozen cells: the only figures that pages, commands, API and exports may read (CONTRACTS 18).",
    (
        _c("measure", TEXT, "fact", "name of the measure", required=True),
        _c(
            "grouping",
            TEXT,
            "fact",
            "names of the dimensions, joined by +; empty for the whole business",
            required=True,
        ),
        _c("period", TEXT, "fact", "week, or all for the whole span", required=True),
        WEEK,
        *DIMENSIONS,
        _c("cause_side", TEXT, "fact", "people or policy, where the measure splits by it"),
        _c("cause", TEXT, "fact", "cause, where the measure splits by it"),
        _c("value", REAL, "fact", "null when undefined or hidden"),
        _c("ci_lower", REAL, "fact", "lower bound"),
        _c("ci_upper", REAL, "fact", "upper bound"),
        _c("ci_level", REAL, "fact", "level of the interval"),
        _c("n", LONG, "fact", "denominator; null when hidden"),
        _c("customer_count", LONG, "fact", "distinct customers; null when hidden"),
        _c("agent_count", LONG, "fact", "distinct agents; null when hidden"),
        _c("unit", TEXT, "fact", "unit of the value", required=True),
        _c("undefined_because", TEXT, "fact", "why the value is null; null when it is not"),
        _c("manifest", LONG, "system", "manifest that it was computed from", required=True),
        *PROVENANCE,
    ),
    key=("measure", "grouping", "period", "week_start"),
)

CONSENT = Table(
    "consent",
    "A ledger of what a person allowed or refused, never updated; subjects as salted digests (CONTRACTS 7).",
    (
        _c("subject_digest", TEXT, "pseudonym", "salted digest of the subject", required=True),
        _c("purpose", TEXT, "fact", "purpose, or * for all", required=True),
        _c("state", TEXT, "fact", "granted, withdrawn or objected", required=True),
        _c("text_version", TEXT, "fact", "version of the notice or consent text that they saw"),
        _c("evidence", TEXT, "fact", "where it is documented"),
        _c("at", INSTANT, "fact", "when", required=True),
        *PROVENANCE,
    ),
    key=("subject_digest", "purpose", "at"),
)

PERSON_LINK = Table(
    "person_link",
    "Two ids of one customer, by a stated rule. Views show the person in place of the ids; the rows keep their own.",
    (
        _c("customer_id", TEXT, "pseudonym", "an id of a source", required=True),
        _c("linked_id", TEXT, "pseudonym", "an e-mail address, a phone number or another id", required=True),
        _c("rule", TEXT, "fact", "declared, exact_email or exact_phone", required=True),
        _c("confidence", REAL, "fact", "how far the rule is trusted, 0 to 1; stated, not measured", required=True),
        _c("person_id", TEXT, "pseudonym", "smallest id of the person; null where the link does not count"),
        _c("split_batch", TEXT, "system", "the split that parted them; null when it stands"),
        *PROVENANCE,
    ),
    key=("customer_id", "linked_id", "rule", "batch_id"),
    subject="customer_id",
)

TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        INTERACTION,
        TURN,
        SIGNAL,
        MOMENT,
        INTERACTION_FACT,
        EMPATHIC_SENTENCE,
        CUSTOMER,
        AGENT,
        SURVEY_INVITATION,
        SURVEY_ANSWER,
        OUTCOME,
        RELEASED,
        CONSENT,
        PERSON_LINK,
    )
}

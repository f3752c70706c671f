"""What publishers say, before anything is understood by it: rows of a few declared kinds.

A reader gives frames of these kinds and of no other. A column called `…country_as_written` holds
a country as the publisher names it (name or code), and gets a key later. Every row carries the
part of its edition and its place there, so that a number leads back to a cell.
"""

from sharedfuture.records.table import Column, Table, boolean, integer, number, text

_COUNTRY = text("country_as_written", "the country as the publisher names it: a name or a code")
_GAP = text("gap", "why there is no value: not_covered, withheld, not_yet_published, unreadable")
_START = text("start_edtf", "first day, EDTF")
_END = text("end_edtf", "last day, EDTF; empty where unknown or open")
PLACE = (
    text("part", "part of the edition in which the row stands"),
    integer("row", "row of that part, header lines counted, or position of the record, from 1"),
)


def _stated(name: str, says: str, key: tuple[str, ...], *columns: Column) -> Table:
    return Table(name, says, key, (*columns, *PLACE))


STATED: tuple[Table, ...] = (
    _stated(
        "value",
        "a country's value on an indicator in a period",
        ("indicator_id", "country_as_written", "period"),
        text("indicator_id", "the indicator, as declared beside the reader"),
        _COUNTRY,
        text("period", "year, or first/last year"),
        number("value", "value, in the publisher's unit and direction"),
        number("low", "lower bound as published"),
        number("high", "upper bound as published"),
        number("error", "standard error or deviation as published"),
        _GAP,
        text("as_written", "the value as the publisher writes it"),
    ),
    _stated(
        "item",
        "a question of an index built of answers",
        ("item_no",),
        integer("item_no", "number of the question"),
        text("domain", "domain as the publisher names it"),
        text("layer", "layer as the publisher names it"),
        text("grading", "graded or binary"),
        text("question", "the question, without markup"),
        text("note", "the publisher's remark"),
    ),
    _stated(
        "answer",
        "an expert's answer for a country",
        ("item_no", "country_as_written"),
        integer("item_no", "number of the question"),
        _COUNTRY,
        text("domain", "domain as the publisher names it"),
        text("layer", "layer as the publisher names it"),
        text("grading", "graded or binary"),
        number("score", "points"),
        _GAP,
        text("gathered", "when the answer was gathered, EDTF"),
        text("evidence_urls", "addresses given as evidence, one a line"),
    ),
    _stated(
        "shutdown",
        "an internet shutdown in a register",
        ("shutdown_key",),
        text("shutdown_key", "the publisher's id; else part and row"),
        _COUNTRY,
        _START,
        _END,
        integer("count_year", "year in which the register counts it"),
        text("kind", "shutdown, throttle or both, as written"),
        text("scope", "geographic scope as written"),
        text("area", "places as written"),
        text("network", "networks affected as written"),
        text("ordered_by", "who ordered it, as written"),
        text("cause", "actual cause as written"),
        text("justification", "what the government said, as written"),
        text("status", "ended, ongoing, unknown, as written"),
        text("link", "address given as evidence"),
    ),
    _stated(
        "incident",
        "a cyber operation in a register",
        ("incident_key",),
        text("incident_key", "the publisher's id; else part and row"),
        text("title", "name of the incident"),
        _START,
        _END,
        text("kind", "type as written, several separated by '; '"),
        text("basis", "basis of the attribution as written, several separated by '; '"),
        text("attributed_edtf", "date of the attribution, EDTF"),
        text("link", "address given as evidence"),
    ),
    _stated(
        "incident_party",
        "a country in an incident",
        ("incident_key", "role", "country_as_written", "name"),
        text("incident_key", "the incident"),
        text("role", "initiator, attributed_initiator or receiver"),
        _COUNTRY,
        text("name", "name of the group or victim as written"),
        text("category", "category as written"),
    ),
    _stated(
        "roll_call",
        "a recorded vote of the United Nations General Assembly",
        ("roll_call_key",),
        text("roll_call_key", "the publisher's id"),
        integer("session", "session of the Assembly"),
        text("date_edtf", "day of the vote, EDTF"),
        text("resolution", "symbol, such as A/RES/73/27"),
        text("title", "title or short description"),
        integer("yes", "votes in favour as published"),
        integer("no", "votes against as published"),
        integer("abstain", "abstentions as published"),
        integer("absent", "not voting as published"),
    ),
    _stated(
        "vote",
        "a country's vote in a roll call",
        ("roll_call_key", "country_as_written"),
        text("roll_call_key", "the roll call"),
        _COUNTRY,
        text("vote", "yes, no, abstain, absent or not_a_member"),
    ),
    _stated(
        "speech",
        "a speech in the General Debate",
        ("session", "country_as_written"),
        integer("session", "session of the Assembly"),
        integer("year", "year of the session"),
        _COUNTRY,
        text("speaker_post", "post of the speaker, such as president"),
        text("text", "the speech, line ends made alike, else as published"),
    ),
    _stated(
        "project",
        "a project financed from China",
        ("project_key",),
        text("project_key", "the publisher's id"),
        _COUNTRY,
        integer("commitment_year", "year of the commitment"),
        text("title", "title as published"),
        integer("sector_code", "sector code of the OECD"),
        text("sector", "sector as written"),
        text("flow", "kind of flow as written"),
        text("status", "status as written"),
        number("amount_usd", "amount in constant US dollars of the edition's base year"),
        text("amount_as_written", "the same as written"),
        boolean("is_recommended", "recommended by the publisher for aggregates"),
        boolean("is_umbrella", "an umbrella that other records are parts of"),
        number("quality", "record quality as the publisher scores it"),
        text("parties", "financing and implementing bodies as written, separated by '; '"),
    ),
    _stated(
        "membership",
        "a country in an organisation or instrument",
        ("organisation", "country_as_written", "since_edtf"),
        text("organisation", "the organisation as the publisher names it"),
        _COUNTRY,
        text(
            "status",
            "member, associate, observer, dialogue_partner, partner, signatory, candidate, "
            "suspended, or represented: by bodies in the country, not by the state",
        ),
        text("since_edtf", "since when, EDTF"),
        text("until_edtf", "until when, EDTF; empty where it is not known to have ended"),
        text("as_written", "the entry as published"),
    ),
    _stated(
        "threat_actor",
        "a threat actor as a catalogue knows it",
        ("actor_key",),
        text("actor_key", "the publisher's id"),
        text("name", "main name"),
        text("synonyms", "other names, one a line"),
        _COUNTRY,
        number("confidence", "confidence of the attribution, 0 to 100, as published"),
        text("sponsor", "suspected state sponsor as written"),
        text("victims", "suspected victims as written, one a line"),
        text("links", "references, one a line"),
    ),
    _stated(
        "deployment",
        "a product in use by a government",
        ("deployment_key",),
        text("deployment_key", "part and row, or the publisher's id"),
        _COUNTRY,
        text("category", "category as written"),
        text("vendor", "vendor as written"),
        text("vendor_country", "country of the vendor as written"),
        text("period", "period of use as written"),
        text("confidence", "lower where the publisher marks its sources as weaker, else empty"),
        text("link", "address given as evidence"),
    ),
)

STATED_TABLE: dict[str, Table] = {table.name: table for table in STATED}

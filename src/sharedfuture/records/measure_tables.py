"""The public tables about what was measured on networks: blocking, shutdowns, equipment.

Counts come from the ledger, which carries figures of published data sets, and from measurements
that the user has read in; all other tables are worked out from them.
"""

from sharedfuture.records.table import Column, Table, boolean, date, integer, number, text

_COUNTRY = text("country_id", "the country")
_ASN = integer(
    "asn",
    "number of the network, 0 where it is not known; empty for all networks of the country "
    "together",
)
_SENTENCE = text("sentence", "the row as a sentence for a reader")
_SINCE = date("since_date", "first day that counts")
_UNTIL = date("until_date", "last day that counts")
_LEVEL = number("level", "level of the interval, such as 0.95")


def _share(name: str, says: str) -> tuple[Column, ...]:
    return (
        number(name, says),
        number(f"{name}_low", "lower bound of it"),
        number(f"{name}_high", "upper bound of it"),
        _LEVEL,
    )


_BLOCKING: tuple[Table, ...] = (
    Table(
        "measurement_count",
        "how many measurements of one subject, in one country or network and period, came to what",
        ("measurement_count_id",),
        (
            text("measurement_count_id", "id, made of source, place, subject and period"),
            _COUNTRY,
            _ASN,
            text("network", "name of the network"),
            text(
                "kind",
                "website, service, technique or product: what the subject is. Of a technique, "
                "`measured` counts what was blocked, `blocked` what was blocked in this way; of a "
                "product, `measured` counts measurements, `blocked` those that it answered",
            ),
            text(
                "subject",
                "a domain, a test, a technique or a product; empty for all websites together that "
                "have no row of their own for the place, period and source",
            ),
            text("category", "category code of the Citizen Lab's lists, where the domain has one"),
            text("period_edtf", "day, month, year or interval of the measurements, EDTF"),
            date("earliest_date", "first day of that period; empty where it is not known"),
            date("latest_date", "last day of that period"),
            integer(
                "measured",
                "measurements in all; empty where a source names a product or technique as seen "
                "and not how often",
            ),
            integer("blocked", "of these blocked"),
            integer("down", "of these down for everybody"),
            integer("ok", "of these reached"),
            integer("insufficient", "of these undecided"),
            text("note", "what a reader must know besides"),
        ),
    ),
    Table(
        "blocking_rate",
        "share of blocked among decided measurements: of a country, and of its networks, domains "
        "and categories",
        ("blocking_rate_id",),
        (
            text("blocking_rate_id", "id, made of country, what it is of, and subject"),
            _COUNTRY,
            text("breakdown", "country, network, domain, service or category"),
            text(
                "subject",
                "the network (AS number), domain, service or category; empty for the country",
            ),
            text("title", "the subject for a reader, a network by name"),
            _SINCE,
            _UNTIL,
            integer("measured", "measurements in all"),
            integer("decided", "of these blocked, down or ok"),
            integer("blocked", "of these blocked"),
            integer("down", "of these down for everybody"),
            *_share("rate", "blocked over decided; empty where too little was measured"),
            integer("networks", "networks that measured; empty where none is told apart"),
            integer("days", "days, or periods where only these are known, with a measurement"),
            text("trend", "worse, better, steady or unknown, in the last month"),
            _SENTENCE,
        ),
    ),
    Table(
        "blocking_change",
        "a domain that began or ceased to be blocked, with the days between which it happened",
        ("blocking_change_id",),
        (
            text("blocking_change_id", "id, made of country, network, domain, change and day"),
            _COUNTRY,
            _ASN,
            text("network", "name of the network"),
            text("domain", "the domain or service"),
            text("change", "blocked or unblocked"),
            text(
                "scope",
                "one_network, several_networks, national, or undivided where no network is told "
                "apart",
            ),
            integer("networks", "organisations on whose networks the same change was seen"),
            integer("networks_measured", "organisations that measured before and after"),
            date("after_date", "the change came after this day, the last surely of the old state"),
            date("by_date", "the change came by this day, the first surely of the new state"),
            integer("measured_before", "decided measurements of the old state"),
            integer("measured_after", "decided measurements of the new state"),
            number("rate_before", "share blocked before"),
            number("rate_after", "share blocked after"),
            number("log_odds", "weight of evidence for a change against none, natural logarithm"),
            text("sureness", "likely (0.8), very likely (0.95) or near certain (0.99)"),
            _SENTENCE,
        ),
    ),
    Table(
        "blocking_technique",
        "a way of blocking, and whether it is recorded for China's national system",
        ("technique_id",),
        (
            text("technique_id", "id of the technique, such as dns.forged_pool"),
            text("layer", "dns, tcp, tls, http, quic or service"),
            text("title", "name for a reader"),
            text("says", "what is seen"),
            boolean("is_recorded_for_china", "recorded for China's national system"),
            number(
                "distinctiveness",
                "how far the technique sets that system apart from others, 0 to 1, judged by us",
            ),
            text("because", "why so much"),
            text("literature", "where it is described"),
        ),
    ),
    Table(
        "technique_likeness",
        "how like the blocking of a country or network is to the techniques recorded for China",
        ("technique_likeness_id",),
        (
            text("technique_likeness_id", "id, made of country and network"),
            _COUNTRY,
            _ASN,
            text("network", "name of the network"),
            _SINCE,
            _UNTIL,
            integer(
                "blocked",
                "blocked measurements of which the technique is known; one that shows two counts "
                "for each",
            ),
            integer("techniques", "techniques among them"),
            *_share("likeness", "0 nothing in common, 1 all of it and distinctive"),
            number("shared", "share of the blocked that any technique recorded for China explains"),
            number("distinctive", "share that a technique explains which hardly others use"),
            _SENTENCE,
        ),
    ),
    Table(
        "blocklist_day",
        "a day of the published daily checks of China's national and Henan's provincial filter",
        ("blocklist_day_id",),
        (
            text("blocklist_day_id", "id, made of series and position"),
            text("series", "which check: gfw (national) or henan"),
            date("day", "the day; empty where only its number is known"),
            integer("position", "number of the day, from 1"),
            integer("domains", "domains of the list: those that were ever found blocked in it"),
            integer("blocked", "of these blocked; empty where nothing was checked that day"),
            integer("newly_blocked", "blocked, and not at the check before"),
            integer("unblocked", "not blocked, and blocked at the check before"),
            integer("days_since", "days since the check before; more than 1 after a gap"),
        ),
    ),
)

_EQUIPMENT: tuple[Table, ...] = (
    Table(
        "footprint",
        "share of a country's scanned hosts on which a vendor's product was recognised",
        ("footprint_id",),
        (
            text("footprint_id", "id, made of scan, country, vendor and product"),
            text("scan", "the scan, as its user named it, or the publication"),
            _COUNTRY,
            text("vendor", "the vendor; empty for all vendors with that seat together"),
            text("vendor_country_id", "seat of the vendor, where read"),
            text(
                "product",
                "the product; empty for all of the vendor's. Each host has one product of a "
                "vendor, '(several)' or '(not named)', so that they add up",
            ),
            text("as_of_edtf", "when the scan was made, EDTF"),
            integer("hosts", "hosts of the country in the scan, filtered; the denominator"),
            integer("networks", "networks that these hosts are in; all unknown count as one"),
            integer("seen", "of the hosts with the vendor; empty where suppressed"),
            boolean("is_suppressed", "whether the cell is small, or would give a small one away"),
            *_share("rate", "seen over hosts; empty where suppressed"),
            number(
                "design_effect",
                "how many times as wide networks make the variance; empty with one network",
            ),
            text("note", "what a reader must know besides"),
        ),
    ),
    Table(
        "equipment_sighting",
        "a filtering product, or a technique like China's, that was seen in a country",
        ("equipment_sighting_id",),
        (
            text("equipment_sighting_id", "id, made of country, network and subject"),
            _COUNTRY,
            _ASN,
            text("network", "name of the network"),
            text("kind", "product, technique or vendor"),
            text("subject", "id of the product, technique or vendor"),
            text("title", "its name for a reader"),
            text("vendor", "the vendor, of a product"),
            text("vendor_country_id", "seat of the vendor, where read"),
            text("basis", "measurement, publication or scan"),
            integer("measured", "measurements, or hosts, that could have shown it"),
            integer("seen", "of these that showed it"),
            *_share("rate", "seen over measured"),
            date("first_date", "first day on which it can have been seen; empty where not known"),
            date("known_by_date", "day by which it had been seen for the first time"),
            date("last_date", "last day on which it can have been seen"),
            _SENTENCE,
        ),
    ),
    Table(
        "precedence",
        "what came first: an agreement with China, or what was measured in the country",
        ("precedence_id",),
        (
            text("precedence_id", "id, made of both rows"),
            _COUNTRY,
            text("agreement_id", "the tie or event"),
            text("agreement", "the agreement for a reader"),
            date("agreement_earliest", "first day that its date allows"),
            date("agreement_latest", "last day that its date allows"),
            text("measured_kind", "blocking, product, technique, shutdown or vendor"),
            text("measured_id", "the row about what was measured"),
            text("measured", "it, for a reader"),
            date(
                "measured_earliest",
                "first day on which it can have been so; empty for what was seen to stand there "
                "and may have stood there before",
            ),
            date("measured_latest", "first day on which it is known to have been so"),
            text("sequence", "agreement_first, measured_first or unclear"),
            integer("days_between", "days from the one to the other, at the least"),
            _SENTENCE,
        ),
    ),
)

_SHUTDOWNS: tuple[Table, ...] = (
    Table(
        "shutdown_count",
        "how many shutdowns a register has for a country and year, and how many of them another "
        "register has too",
        ("shutdown_count_id",),
        (
            text("shutdown_count_id", "id, made of registers, country and year"),
            text("register", "the register that is counted"),
            text("other_register", "the register that is looked in; empty for the count itself"),
            _COUNTRY,
            integer("year", "year in which the events began; empty for all that both cover"),
            text("width", "national, regional, network or unknown; all where not divided"),
            integer("events", "events of the register; that the other could have, where named"),
            integer("national", "of these as wide as the country"),
            integer("ordered", "of these that the register itself says were ordered"),
            integer("matched", "of these found in the other register"),
            text("note", "what a reader must know besides"),
        ),
    ),
    Table(
        "shutdown_event",
        "one shutdown or outage, whichever registers have it",
        ("shutdown_event_id",),
        (
            text("shutdown_event_id", "id of the event"),
            _COUNTRY,
            text("width", "national, regional, network or unknown"),
            text(
                "cause",
                "shutdown, outage or unknown, by the registers that say; unknown too "
                "where they disagree",
            ),
            date("start_earliest", "first day on which a register has it begin, in the capital"),
            date("start_latest", "last day on which one has it begin"),
            date("end_earliest", "first day on which one has it end; empty where none does"),
            date("end_latest", "last day on which one has it end"),
            integer("registers", "registers that have it"),
            text("registers_names", "their names, separated by '; '"),
            _SENTENCE,
        ),
    ),
    Table(
        "shutdown_report",
        "what one register says, the event that it belongs to, and why no other has it",
        ("shutdown_report_id",),
        (
            text("shutdown_report_id", "id, made of register and its own key"),
            text("shutdown_event_id", "the event"),
            text("register", "the register"),
            text("key", "the register's own id"),
            _COUNTRY,
            text("start_edtf", "when it began, EDTF, as the register has it"),
            text("end_edtf", "when it ended, likewise"),
            text("width", "national, regional, network or unknown"),
            text("area", "places as written"),
            text("cause", "cause as written"),
            boolean("is_matched", "whether another register has the event"),
            text("reason", "why not, where no other has it"),
        ),
    ),
    Table(
        "shutdown_agreement",
        "how far two registers of shutdowns agree",
        ("shutdown_agreement_id",),
        (
            text("shutdown_agreement_id", "id, made of both registers and the width"),
            text("register", "the register that is asked about"),
            text("other_register", "the register that is looked in"),
            text(
                "width",
                "national, regional, network, unknown or all; country_years where not events but "
                "countries and years are held together",
            ),
            _SINCE,
            _UNTIL,
            integer("events", "events of the register while both kept records"),
            integer("matched", "of these that the other has"),
            *_share("share", "matched over events"),
            _SENTENCE,
        ),
    ),
    Table(
        "shutdown_model",
        "how well shutdowns are told from outages, and events found in signals",
        ("shutdown_model_id",),
        (
            text("shutdown_model_id", "id, made of task, model and split"),
            text("task", "cause (shutdown or outage) or detection (event or none)"),
            text("model", "the model, rule or baseline"),
            text("split", "how training and test were divided; of detection, the signal"),
            integer("tested", "events tested; of detection, values of the signal"),
            integer("positive", "of these shutdowns; of detection, known events"),
            text("measure", "auc, log_loss, brier, named, missed; found, false_events ..."),
            *_share("value", "the measure"),
            text("note", "what a reader must know besides"),
        ),
    ),
    Table(
        "shutdown_measure",
        "a published number about shutdowns and outages, and what the same data give here",
        ("shutdown_measure_id",),
        (
            text("shutdown_measure_id", "id of the measure"),
            text("title", "what is measured"),
            text("of", "shutdowns, outages or a register"),
            text("unit", "share, hours or events"),
            number("published", "as published"),
            number("here", "as worked out here from the same data"),
            integer("n", "events that it rests on"),
            text("because", "why they differ, where they do"),
        ),
    ),
)

MEASURE_TABLES: tuple[Table, ...] = (*_BLOCKING, *_EQUIPMENT, *_SHUTDOWNS)

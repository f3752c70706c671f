"""The public tables of the three inferences: ties, sequences, hidden partners.

What is inferred never stands among what is documented: an inferred row has a table of its own, or
a column that says so.
"""

from sharedfuture.records.table import Column, Table, boolean, date, integer, number, text

_COUNTRY = text("country_id", "the country")
_SPONSOR = text("sponsor_id", "the country whose influence is looked at: CHN, RUS or USA")
_SENTENCE = text("sentence", "the row as a sentence for a reader")
_ORIGINS = integer("origins", "independent publishers that say so; many links of one count once")
_EARLIEST = date("earliest_date", "first day the date allows; empty where it is open")
_LATEST = date("latest_date", "last day the date allows; empty where it is open")


def _interval(name: str, says: str) -> tuple[Column, ...]:
    return (
        number(name, says),
        number(f"{name}_low", "lower bound of it"),
        number(f"{name}_high", "upper bound of it"),
    )


_NETWORK: tuple[Table, ...] = (
    Table(
        "network_edge",
        "a tie as an edge of the network, dated, with what it carries and how sure it is",
        ("edge_id",),
        (
            text("edge_id", "id, made of the row that it comes from"),
            text("row_id", "the tie, event or partner that it comes from"),
            text("from_id", "actor or country it goes out from"),
            text("to_id", "actor or country it leads to"),
            text(
                "layer",
                "what it carries: governance, agreement, membership, vulnerability_reports, "
                "incident_reports, telemetry, training, finance, equipment, operation, meeting or "
                "study",
            ),
            text("kind", "kind of the tie or event, or belongs_to for a body and its country"),
            text(
                "flow",
                "way that information can go: forward (from the first to the second), backward, "
                "both or none",
            ),
            _EARLIEST,
            date(
                "latest_date",
                "last day by which it had begun: that of its date or, where it has none, of the "
                "first publication that states it; empty where it holds as long as the body does",
            ),
            date("until_date", "last day on which it held; empty where it still holds"),
            text(
                "certainty", "documented, announced, reported, alleged, assessed, disputed, denied"
            ),
            boolean("is_inferred", "whether it was inferred; never counted with the others"),
            _ORIGINS,
            number("strength", "how sure it is, 0 to 1, from certainty and independent origins"),
            _SENTENCE,
        ),
    ),
    Table(
        "reach",
        "what a body could see in a year, over ties that are evidenced",
        ("reach_id",),
        (
            text("reach_id", "id of the row"),
            text("body_id", "the body"),
            _SPONSOR,
            text("flow", "what flows to it: a layer of the network, or any"),
            integer("year", "at the end of this year"),
            integer("countries", "countries from which a chain of ties that had begun leads to it"),
            integer(
                "countries_possible",
                "the same, with ties that may have begun by then though no source says so",
            ),
            number(
                "countries_expected",
                "of these, each counted with the strength of its surest chain",
            ),
            integer(
                "countries_left",
                "countries left without the one publisher that most rest on; newest year only",
            ),
            integer("signed", "ties that came into force in the year and add to the reach"),
            _SENTENCE,
        ),
    ),
    Table(
        "chain",
        "the shortest evidenced chain between two actors, and its weakest link",
        ("chain_id",),
        (
            text("chain_id", "id of the chain"),
            text("question", "the question that it answers"),
            text("from_id", "where it begins"),
            text("to_id", "where it ends"),
            date("as_of_date", "the day for which it holds"),
            boolean(
                "is_flow",
                "whether each tie is gone along as information can; otherwise in any direction",
            ),
            integer("steps", "number of ties; empty where there is no chain"),
            number("strength", "product of the strengths of its ties"),
            text("weakest_edge_id", "the tie that is least sure"),
            _SENTENCE,
        ),
    ),
    Table(
        "chain_step",
        "a tie of a chain",
        ("chain_step_id",),
        (
            text("chain_step_id", "id of the row"),
            text("chain_id", "the chain"),
            integer("position", "place in the chain, from 1"),
            text("edge_id", "the tie"),
            boolean("is_reversed", "whether the chain goes against the direction of the tie"),
            boolean("is_weakest", "whether it is the weakest of the chain"),
        ),
    ),
    Table(
        "community",
        "a party and the community of the network that it belongs to",
        ("community_id",),
        (
            text("community_id", "id of the row"),
            text("party_id", "actor or country"),
            integer("community", "number of the community, 1 the largest"),
            text("label", "the community's best connected parties"),
            integer("size", "parties in it"),
            number("stability", "share of resampled networks in which it stays with its community"),
        ),
    ),
    Table(
        "tie_effect",
        "what changes if a tie is removed",
        ("tie_effect_id",),
        (
            text("tie_effect_id", "id of the row"),
            text("edge_id", "the tie"),
            text("body_id", "the body whose reach changes"),
            integer("countries_lost", "countries that it no longer reaches"),
            boolean("is_bridge", "whether the network falls apart without it"),
            _SENTENCE,
        ),
    ),
)

_PLAYBOOKS: tuple[Table, ...] = (
    Table(
        "history",
        "something dated in a country, from whichever table states it",
        ("history_id",),
        (
            text("history_id", "id, made of country and row"),
            _COUNTRY,
            text("sponsor_id", "the other country in it, where one is; empty for none"),
            text("kind", "kind of happening, as in the vocabulary of playbooks"),
            text("date_edtf", "date as known, EDTF; empty where unknown"),
            _EARLIEST,
            _LATEST,
            text("certainty", "documented, announced, reported, alleged, assessed or disputed"),
            _ORIGINS,
            text("row_id", "the row of another table that states it"),
            text("title", "what happened"),
        ),
    ),
    Table(
        "playbook",
        "a sequence that is looked for in all countries",
        ("playbook_id",),
        (
            text("playbook_id", "id of the playbook"),
            text("title", "its title"),
            text("statement", "what it says, in a sentence"),
            text("case_country_id", "the country whose history it was drawn from; empty for none"),
            integer("steps", "steps, optional and negative ones counted"),
            integer("required", "steps that must be there"),
            text("reason", "why these steps, and on what it rests"),
        ),
    ),
    Table(
        "playbook_step",
        "a step of a playbook",
        ("playbook_step_id",),
        (
            text("playbook_step_id", "id of the row"),
            text("playbook_id", "the playbook"),
            text("step", "name of the step within the playbook"),
            integer("position", "place on the page, from 1"),
            text("title", "what happens in it"),
            text("kinds", "kinds of happening that fill it, several separated by '; '"),
            text("role", "required, optional or negative"),
            text("after", "steps that it comes after, several separated by '; '"),
            integer("at_least_days", "shortest time after them, days; empty for none"),
            integer("within_days", "longest time after them, days; empty for any"),
            text(
                "party", "sponsor (with the sponsor tried), any, or none (without another country)"
            ),
            number("weight", "its weight in the fit"),
        ),
    ),
    Table(
        "playbook_match",
        "the best occurrence of a playbook in a country, and what chance gives",
        ("playbook_match_id",),
        (
            text("playbook_match_id", "id, made of playbook, sponsor and country"),
            text("playbook_id", "the playbook"),
            _COUNTRY,
            _SPONSOR,
            date("start_date", "first day its first happening allows"),
            date("end_date", "last day its last happening allows"),
            number("fit", "how well it fits, 0 to 1"),
            number("order_probability", "probability that the happenings came in the order asked"),
            boolean("is_whole", "whether every required step is filled"),
            integer("filled", "steps that are filled"),
            text("missing", "steps that nothing fills, several separated by '; '"),
            integer("rank", "rank by fit among all countries, 1 best"),
            number(
                "chance", "share of shuffled histories of the country that fit at least as well"
            ),
            number(
                "chance_all",
                "the same with the countries tried allowed for: shuffles in which the best of all "
                "countries does, by the way of shuffling that gives more",
            ),
            number(
                "chance_by_kind",
                "the same as chance, where dates are exchanged between countries within each kind",
            ),
            integer("shuffles", "number of shuffles"),
            _SENTENCE,
        ),
    ),
    Table(
        "playbook_filled",
        "what fills a step of a match",
        ("playbook_filled_id",),
        (
            text("playbook_filled_id", "id of the row"),
            text("playbook_match_id", "the match"),
            text("playbook_step_id", "the step"),
            text("history_id", "the happening; empty where nothing fills the step"),
            number("weight", "what it adds to the fit"),
        ),
    ),
    Table(
        "playbook_chance",
        "how often a playbook is found, and how often chance would",
        ("playbook_chance_id",),
        (
            text("playbook_chance_id", "id, made of playbook and sponsor"),
            text("playbook_id", "the playbook"),
            _SPONSOR,
            integer("countries", "countries tried: those with a history"),
            integer("found", "countries with a whole match"),
            *_interval(
                "found_by_chance", "countries with a whole match in shuffled histories, mean"
            ),
            number("chance", "share of shuffles with at least so many"),
            *_interval(
                "found_by_kind",
                "the same as found_by_chance, dates exchanged between countries within each kind",
            ),
            number("chance_by_kind", "share of those shuffles with at least so many"),
            integer("shuffles", "number of shuffles"),
            _SENTENCE,
        ),
    ),
)

_PARTNERS: tuple[Table, ...] = (
    Table(
        "partner",
        "whether a country is a partner: known, or a candidate with a probability",
        ("partner_id",),
        (
            text("partner_id", "id, made of target and country"),
            _COUNTRY,
            text("target", "what partnership: an id of `partner_target`"),
            text("status", "known (documented), inferred (a candidate) or abstained"),
            *_interval("probability", "probability of a partnership, disclosed or not"),
            integer("rank", "rank by probability among countries not known, 1 highest"),
            integer("rank_low", "2.5th percentile of the rank"),
            integer("rank_high", "97.5th percentile of the rank"),
            number("probability_logistic", "by the logistic model"),
            number("probability_second", "by the second model"),
            number("baseline", "by the count of shared forums alone"),
            number("coverage", "share of covariates that are known, 0 to 1"),
            text("because", "the strongest reasons, or why there is no probability"),
        ),
    ),
    Table(
        "partner_target",
        "a kind of partnership with a published total and few names",
        ("partner_target_id",),
        (
            text("partner_target_id", "id of the target"),
            _SPONSOR,
            text("title", "what it is"),
            text("tally_id", "the published total; empty where none is"),
            number("total", "the published total, countries"),
            number("total_low", "least total that the words allow"),
            number("total_high", "greatest total that the words allow"),
            integer("known", "countries that are known"),
            number("expected", "sum of the probabilities, known countries counted with theirs"),
            integer("abstained", "countries without a probability"),
            text("best", "model that stands: logistic, second, mean or baseline"),
            _SENTENCE,
        ),
    ),
    Table(
        "partner_reason",
        "a reason for or against a partnership",
        ("partner_reason_id",),
        (
            text("partner_reason_id", "id of the row"),
            text("partner_id", "the country and target"),
            integer("position", "place among the reasons, strongest first"),
            text("direction", "for or against"),
            text("covariate", "what it is about"),
            number("contribution", "what it adds to the log-odds, beside the average country"),
            _SENTENCE,
        ),
    ),
    Table(
        "partner_check",
        "how a model of partnership does on what is known",
        ("partner_check_id",),
        (
            text("partner_check_id", "id of the row"),
            text("target", "the target"),
            text("model", "logistic, second, mean or baseline"),
            text("split", "one_out, region_out, origin_out or all"),
            text(
                "measure",
                "recall_at_20, recall_at_total, median_rank, calibration_error, rank_stability, "
                "lift or log_score",
            ),
            *_interval("value", "the measure"),
            integer("n", "known countries that it is taken over"),
            _SENTENCE,
        ),
    ),
    Table(
        "forecast",
        "a forecast that was frozen on a day",
        ("forecast_id",),
        (
            text("forecast_id", "id of the forecast"),
            text("target", "the target"),
            date("frozen_date", "day on which it was frozen"),
            text("data_sha256", "hash of the data that it was made from"),
            text("code_version", "version of the program"),
            text("rows_sha256", "hash of its rows"),
            text("previous_sha256", "hash of the entry before it in the register"),
            text("entry_sha256", "hash of this entry, and by the one before, of all before it"),
            integer("countries", "countries with a probability"),
            number("expected", "sum of the probabilities"),
        ),
    ),
    Table(
        "forecast_value",
        "what a frozen forecast says of a country",
        ("forecast_value_id",),
        (
            text("forecast_value_id", "id of the row"),
            text("forecast_id", "the forecast"),
            _COUNTRY,
            text("status", "known, inferred or abstained on that day"),
            *_interval("probability", "probability as frozen"),
            number("baseline", "by the count of shared forums alone, as frozen"),
        ),
    ),
    Table(
        "forecast_score",
        "how a frozen forecast has done since",
        ("forecast_score_id",),
        (
            text("forecast_score_id", "id of the row"),
            text("forecast_id", "the forecast"),
            date("scored_date", "last day of what it is held to"),
            integer("disclosed", "countries disclosed since"),
            text("measure", "mean_rank, recall_at_20, lift or log_score"),
            number("value", "the measure; empty where nothing was disclosed"),
            number("baseline", "the same for the baseline"),
            _SENTENCE,
        ),
    ),
)

INFERENCE_TABLES: tuple[Table, ...] = (*_NETWORK, *_PLAYBOOKS, *_PARTNERS)

"""What each table of the report shows: its columns, their headings, and how cells are said."""

from sharedfuture.publish.audit.shown import Grid, chance, named, number, share, text

ON_THE_RECIPE = (
    Grid(
        "choices",
        "Choices of the recipe, stage by stage",
        (
            text("stage", "stage"),
            text("choice", "choice"),
            text("means", "what it does"),
            text("reason", "reason given"),
        ),
    ),
    Grid(
        "variations",
        "What the uncertainty run varied",
        (
            text("variation", "variation"),
            number("alternatives", "alternatives", 0),
            text("among", "among"),
            text("reason", "reason given"),
        ),
    ),
    Grid(
        "framework",
        "Indicators and elements, from the index down",
        (
            text("code", "code"),
            text("name", "name"),
            text("level_name", "level"),
            named("parent", "part of"),
            text("better", "better"),
            number("weight", "weight"),
            share("effective_weight", "of the index"),
            text("unit", "unit"),
            text("why", "why it is there"),
        ),
    ),
)
ON_THE_DATA = (
    Grid(
        "indicators",
        "Each indicator as given and after treatment",
        (
            text("name", "indicator"),
            share("available_share", "available"),
            number("imputed_count", "filled in", 0),
            number("minimum", "lowest"),
            number("median", "median"),
            number("maximum", "highest"),
            number("skewness", "skewness", 1),
            number("kurtosis", "kurtosis", 1),
            text("flag", "suspected"),
            text("done", "treatment"),
            number("skewness_after", "skewness after", 1),
            number("kurtosis_after", "kurtosis after", 1),
        ),
    ),
    Grid(
        "changes",
        "Every value that was drawn in",
        (
            named("code", "indicator"),
            text("name", "unit"),
            number("before", "before"),
            number("after", "after"),
            text("cause", "how"),
        ),
    ),
    Grid(
        "imputed",
        "Every value that was filled in",
        (named("code", "indicator"), text("name", "unit"), number("value", "value")),
        most=100,
    ),
    Grid(
        "units",
        "What each unit had, the least first",
        (
            text("name", "unit"),
            share("available_share", "available"),
            number("imputed_count", "filled in", 0),
            text("why_no_score", "no score because"),
        ),
    ),
)
ON_THE_STRUCTURE = (
    Grid(
        "pairs",
        "Pairs within an element, the strongest first",
        (
            named("first", "first"),
            named("second", "second"),
            number("correlation", "correlation"),
            chance("p_value", "p-value"),
            chance("p_adjusted", "adjusted p"),
            number("pair_count", "units", 0),
        ),
        most=60,
    ),
    Grid(
        "ancestors",
        "Each part with the element it belongs to, and with the index",
        (
            named("code", "part"),
            named("above", "belongs to"),
            number("correlation", "with it"),
            chance("p_value", "p-value"),
            number("with_index", "with the index"),
            chance("p_index", "p-value"),
            number("pair_count", "units", 0),
        ),
    ),
    Grid(
        "reliability",
        "How far the children of each element measure one thing",
        (
            named("code", "element"),
            number("child_count", "children", 0),
            number("alpha", "alpha"),
            number("kmo", "KMO"),
            number("chi_squared", "Bartlett χ²", 1),
            number("freedom", "df", 0),
            chance("p_value", "p-value"),
            share("first_share", "first component"),
            number("above_one_count", "eigenvalues above 1", 0),
            number("above_chance_count", "above chance", 0),
            text("note", "note"),
        ),
    ),
    Grid(
        "without",
        "Alpha of each element when a child is left out",
        (
            named("code", "element"),
            named("child", "left out"),
            number("alpha_without", "alpha without"),
            number("gain", "difference"),
        ),
    ),
    Grid(
        "components",
        "Principal components of the children of each element",
        (
            named("code", "element"),
            number("component", "component", 0),
            number("eigenvalue", "eigenvalue"),
            number("chance_eigenvalue", "by chance"),
            share("share", "variance"),
            share("cumulative_share", "cumulated"),
        ),
    ),
    Grid(
        "weights",
        "What each part is meant to count, and what it does",
        (
            named("code", "part"),
            number("level", "level", 0),
            share("effective_weight", "effective weight"),
            number("importance", "importance"),
            number("linear", "of it linear"),
            share("importance_share", "share of importance"),
        ),
    ),
)
ON_THE_ROBUSTNESS = (
    Grid(
        "sensitivity",
        "Sobol’ indices of the mean absolute rank shift",
        (
            text("variation", "variation"),
            number("first", "first order"),
            number("first_low", "from"),
            number("first_high", "to"),
            number("total", "total order"),
            number("total_low", "from"),
            number("total_high", "to"),
        ),
    ),
    Grid(
        "neighbours",
        "Probability that a unit stands above the next one",
        (
            number("rank", "rank", 0),
            text("first_name", "unit"),
            text("second_name", "next"),
            number("probability_above", "probability"),
        ),
    ),
    Grid(
        "left_out",
        "Shift of the ranks when a part is left out",
        (
            text("name", "left out"),
            number("level", "level", 0),
            number("mean_shift", "mean shift"),
            number("largest_shift", "largest shift", 0),
            text("most_moved", "unit moved most"),
        ),
    ),
)
GRIDS = (*ON_THE_RECIPE, *ON_THE_DATA, *ON_THE_STRUCTURE, *ON_THE_ROBUSTNESS)

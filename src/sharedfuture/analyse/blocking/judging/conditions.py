"""When each rule fires: an expression over the facts of a measurement, named as the rule is."""

from collections.abc import Mapping

import polars as pl

_ = pl.col

_control_has_page = (_("control_http_outcome") == "ok").fill_null(False)
_control_has_no_page = (_("control_http_outcome") != "ok").fill_null(False)
_control_has_names = _("control_addresses").list.len().fill_null(0) > 0
_control_has_no_names = _("control_dns_outcome").is_not_null() & ~_control_has_names
_answer_is_odd = _("dns_answered") & ~_("dns_in_control") & ~_("dns_proved")
_page_is_odd = _("http_differs") | _("http_product_page") | _("http_state_page")
_tls_fails = _("tls_fails_alone") | _("tls_fails_both") | _("tls_fails_uncontrolled")
_tcp_fails = ~_("tcp_works") & _("tcp_tried")
_below_fails = _tls_fails | _tcp_fails | (_("dns_asked") & ~_("dns_answered"))

# The pools consist of addresses of large firms. A local answer of such a firm for its own site can
# lie in one, so the networks of answer and control must be known to differ.
FORGED_POOL = _answer_is_odd & _("dns_forged") & _("dns_networks_known") & ~_("dns_in_network")
FORGED_TEREDO = _answer_is_odd & _("dns_teredo")

CONDITIONS: Mapping[str, pl.Expr] = {
    "dns.listed_address": _("dns_listed") & ~_("dns_proved"),
    "dns.forged_address": (FORGED_POOL | FORGED_TEREDO) & _control_has_names,
    "dns.bogon": _("dns_bogon") & _control_has_names & ~_("dns_control_bogon"),
    "dns.points_nowhere": _("dns_bogon") & _("dns_control_bogon"),
    "dns.foreign_certificate": _answer_is_odd
    & _("dns_foreign_certificate")
    & ~_("dns_in_network")
    & _control_has_names,
    "dns.second_answer": _answer_is_odd
    & (_("dns_second_in_control") | (_("dns_second_denies") & _control_has_no_names)),
    "dns.no_such_name": _("dns_no_such_name") & _control_has_names,
    "dns.refused_alone": _("dns_refused") & _control_has_names & _("dns_others_answered"),
    "dns.refused": _("dns_refused"),
    "dns.other_answer": _answer_is_odd
    & _control_has_names
    & ~_("dns_in_network")
    & (_page_is_odd | _("tls_foreign_uncontrolled")),
    "dns.in_control": _("dns_in_control"),
    "dns.proved": _("dns_proved"),
    "dns.same_network": _("dns_in_network"),
    "dns.page_agrees": _("dns_answered") & _("http_agrees"),
    "dns.no_name_anywhere": ~_("dns_answered") & _control_has_no_names,
    "dns.unlike_control": _("dns_answered") & _control_has_names,
    "dns.undecided": pl.lit(True),
    "tcp.timeout_alone": _("tcp_timed_out_alone"),
    "tcp.fails_alone": _("tcp_fails_alone"),
    "tcp.redirect_fails": _("tcp_fails_uncontrolled") & _("tcp_works") & _control_has_page,
    "tcp.fails_both": _("tcp_fails_both"),
    "tcp.connects": _("tcp_works"),
    "tcp.undecided": pl.lit(True),
    "tls.cut_alone": _("tls_cut_alone"),
    "tls.foreign_alone": _("tls_foreign_alone"),
    "tls.fails_alone": _("tls_fails_alone"),
    "tls.cut_page_fetched": _("tls_cut_uncontrolled") & _("tcp_works") & _control_has_page,
    "tls.foreign_page_fetched": _("tls_foreign_uncontrolled")
    & _("tcp_works")
    & _("dns_in_control")
    & _control_has_page,
    "tls.fails_both": _("tls_fails_both"),
    "tls.fails_page_down": _("tls_fails_uncontrolled") & _control_has_no_page,
    "tls.completes": _("tls_works"),
    "tls.undecided": pl.lit(True),
    "http.state_page": _("http_state_page"),
    "http.product_page": _("http_product_page"),
    "http.led_inside": _("http_led_inside") & _control_has_page,
    "http.legal": _("http_legal") & (_("control_status_code") != 451).fill_null(False),
    "http.stalled": _("http_stalled") & _control_has_page & ~_below_fails,
    "http.cut": _("http_cut") & _control_has_page & ~_below_fails,
    "http.authentic": _("http_authentic"),
    "http.differs": _("http_differs")
    & _control_has_page
    & (_("control_status_code") < 400).fill_null(False),
    "http.agrees": _("http_agrees"),
    "http.bad_redirect": _("http_bad_redirect") & _control_has_no_page,
    "http.bad_redirect_alone": _("http_bad_redirect"),
    "http.trouble_both": _("http_trouble") & (_("control_status_code") >= 500).fill_null(False),
    "http.trouble_alone": _("http_trouble"),
    "http.fails_both": _("http_failed") & _control_has_no_page,
    "http.undecided": pl.lit(True),
    "http.not_tried": pl.lit(False),  # given by `deciding` to what stopped before any page
    "service.echo_unreached": _("is_echo") & (_("parts_reached") + _("parts_altered") == 0),
    "service.altered": _("parts_altered") > 0,
    "service.all_fail": (_("parts_failed") > 0) & (_("parts_reached") == 0),
    "service.most_fail": _("is_tor") & (_("parts_failed") > _("parts_reached")),
    "service.part_fails": ~_("is_tor") & (_("parts_failed") > 0),
    "service.reached": _("parts_reached") > 0,
    "service.undecided": pl.lit(True),
}

# Whether a layer was tried at all; where it was not, it has no verdict.
TRIED: Mapping[str, pl.Expr] = {
    "dns": _("dns_asked"),
    "tcp": _("tcp_tried"),
    "tls": _("tls_tried"),
    "http": _("http_tried"),
    "service": _("is_service"),
}

# Bits of the probe's own conclusion (x_blocking_flags of web connectivity 0.5) by layer.
WITNESS: Mapping[str, int] = {"dns": 1, "tcp": 2 | 8, "tls": 4 | 8, "http": 8 | 16, "service": 0}
ANY_INTERFERENCE = 1 | 2 | 4 | 8 | 16

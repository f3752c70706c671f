"""The layouts of AidData's tables of projects, by edition: names of columns, what is left out.

Left out are, besides much else, the columns with names and posts of persons to be asked
(`contacts`, `Contact Name`, `Contact Position`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """One edition. `columns` leads from our column to the publisher's; what it lacks is not there.

    `amount` is in constant dollars of the base year that the edition has; `parties` are the columns
    with bodies that finance or carry out. `sheets` are those of a workbook with projects; where the
    publisher says that no record of a sheet should be used, False stands there, and `cover` are
    words of the cover sheet that say so.
    """

    key: str
    country: str
    year: str
    amount: str
    columns: Mapping[str, str]
    ignoring: tuple[str, ...] = field(repr=False)
    flags: Mapping[str, str] = field(default_factory=dict)
    quality: str | None = None
    sector_code: str | None = None
    parties: tuple[str, ...] = ()
    sheets: Mapping[str, bool | None] = field(default_factory=dict)
    cover: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every column that is read."""
        optional = (self.quality, self.sector_code)
        return (
            *(self.key, self.country, self.year, self.amount),
            *self.columns.values(),
            *self.flags.values(),
            *(name for name in optional if name is not None),
            *self.parties,
        )


_FLAGS_OF_GCDF = {"is_recommended": "Recommended For Aggregates", "is_umbrella": "Umbrella"}
_COLUMNS_OF_GCDF = {
    "title": "Title",
    "sector": "Sector Name",
    "flow": "Flow Type",
    "status": "Status",
}
_PARTIES_OF_GCDF = ("Funding Agencies", "Cofinancing Agencies", "Implementing Agencies")

# As in AidData's definitions of the fields of version 3.0, in their order.
_IGNORED_OF_GCDF_3 = (
    *("AidData Parent ID", "Financier Country", "Recipient ISO-3", "Recipient Region"),
    *("Implementation Start Year", "Completion Year", "Description", "Staff Comments", "Intent"),
    *("Flow Type Simplified", "OECD ODA Concessionality Threshold", "Flow Class"),
    *("Infrastructure", "COVID", "Funding Agencies Type", "Cofinanced"),
    *("Cofinancing Agencies Type", "Direct Receiving Agencies", "Direct Receiving Agencies Type"),
    *("Indirect Receiving Agencies", "Indirect Receiving Agencies Type", "On-Lending"),
    *("Implementing Agencies Type", "Guarantee Provided", "Guarantor", "Guarantor Agency Type"),
    *("Insurance Provided", "Insurance Provider", "Insurance Provider Agency Type"),
    *("Collateralized/Securitized", "Collateral Provider", "Collateral Provider Agency Type"),
    *("Security Agent/Collateral Agent", "Security Agent/Collateral Agent Type", "Collateral"),
    *("Amount (Original Currency)", "Original Currency", "Amount Estimated"),
    *("Amount (Nominal USD)", "Adjusted Amount (Original Currency)"),
    *("Adjusted Amount (Constant USD 2021)", "Adjusted Amount (Nominal USD)"),
    *("Financial Distress", "Commitment Date (MM/DD/YYYY)", "Commitment Date Estimated"),
    *("Planned Implementation Start Date (MM/DD/YYYY)",),
    *("Actual Implementation Start Date (MM/DD/YYYY)",),
    *("Actual Implementation Start Date Estimated",),
    *("Deviation from Planned Implementation Start Date", "Planned Completion Date (MM/DD/YYYY)"),
    *("Actual Completion Date (MM/DD/YYYY)", "Actual Completion Date Estimated"),
    *("Deviation from Planned Completion Date", "Maturity", "Interest Rate", "Grace Period"),
    *("Management Fee", "Commitment Fee", "Insurance Fee (Percent)"),
    *("Insurance Fee (Nominal USD)", "Default Interest Rate", "First Loan Repayment Date"),
    *("Last Loan Repayment Date", "Grant Element (OECD Cash-Flow)"),
    *("Grant Element (OECD Grant-Equiv)", "Grant Element (IMF)", "Number of Lenders"),
    *("Export Buyer's Credit", "Supplier’s Credit/Export Seller’s Credit", "Interest-Free Loan"),
    *("Refinancing", "Investment Project Loan", "M&A", "Working Capital", "EPCF", "Lease"),
    *("FXSL/BOP", "CC IRS", "RCF", "GCL", "PBC", "PxF/Commodity Prepayment", "Inter-Bank Loan"),
    *("Overseas Project Contracting Loan", "DPA", "Project Finance", "Involving Multilateral"),
    *("Involving Non-Chinese Financier", "Short-Term", "Rescue"),
    *("JV/SPV Host Government Ownership", "JV/SPV Chinese Government Ownership"),
    *("Level of Public Liability", "Total Source Count", "Official Source Count", "Source URLs"),
    *("Source Titles", "Source Publishers", "Source Type", "Contact Name", "Contact Position"),
    *("ODA Eligible Recipient", "OECD ODA Income Group", "Location Narrative"),
    *("Geographic Level of Precision Available", "ADM1 Level Available", "ADM2 Level Available"),
    *("Geospatial Feature Available", "Data Completeness Score", "Implementation Detail Score"),
    *("Loan Detail Score",),
)
_GCDF_3 = Layout(
    key="AidData Record ID",
    country="Recipient",
    year="Commitment Year",
    amount="Amount (Constant USD 2021)",
    columns=_COLUMNS_OF_GCDF,
    flags=_FLAGS_OF_GCDF,
    quality="Source Quality Score",
    sector_code="Sector Code",
    parties=_PARTIES_OF_GCDF,
    ignoring=_IGNORED_OF_GCDF_3,
    sheets={"GCDF_3.0": None},
)

# The input of the geospatial release: dots stand for spaces.
_GCDF_3_GEOSPATIAL = Layout(
    key="AidData.Record.ID",
    country="Recipient",
    year="Commitment.Year",
    amount="Amount.(Constant.USD.2021)",
    columns={"title": "Title", "sector": "Sector.Name", "status": "Status"},
    ignoring=(
        *("Level.of.precision", "Type.of.the.OSM.feature", "OSM.link", "Recipient.ISO-3"),
        *("Infrastructure", "Implementation.Start.Year", "Completion.Year"),
        *("Commitment.Date.(MM/DD/YYYY)", "Actual.Implementation.Start.Date.(MM/DD/YYYY)"),
        *("Actual.Completion.Date.(MM/DD/YYYY)",),
    ),
)

# A cut of the workbook saved as CSV; its amounts are the adjusted ones.
_GCDF_3_EXCERPT = Layout(
    key="AidData Record ID",
    country="Recipient",
    year="Commitment Year",
    amount="Adjusted Amount (Constant USD 2021)",
    columns={**_COLUMNS_OF_GCDF, "flow": "Flow Type Simplified"},
    gaps=("NA",),
    ignoring=(
        *("Financier Country", "Recipient Region", "Completion Year", "Description", "Intent"),
        *("Flow Class", "Infrastructure", "Funding Agencies Type", "Implementing Agencies Type"),
        *("Location Narrative", "OECD ODA Income Group", "Geographic Level of Precision Available"),
        *("Geospatial Feature Available",),
    ),
)

_IGNORED_OF_GCDF_2 = (
    *("Financier Country", "Recipient Region", "Commitment Year Estimated"),
    *("Implementation Start Year", "Completion Year", "Description", "Staff Comments", "Intent"),
    *("Concessional", "Flow Class", "Funding Agencies Type", "Cofinanced"),
    *("Cofinancing Agencies Type", "Cofinancing Agencies Origin", "Receiving Agencies"),
    *("Receiving Agencies Type", "Receiving Agencies Origin", "Implementing Agencies Type"),
    *("Implementing Agencies Origin", "Accountable Agencies", "Accountable Agencies Type"),
    *("Accountable Agencies Origin", "Amount (Original Currency)", "Original Currency"),
    *("Amount (Nominal)", "Planned Implementation Start Date (MM/DD/YYYY)"),
    *("Planned Completion Date (MM/DD/YYYY)", "Actual Implementation Start Date (MM/DD/YYYY)"),
    *("Actual Completion Date (MM/DD/YYYY)", "Loan Type", "Maturity", "Interest Rate"),
    *("Grace Period", "Management Fee", "Commitment Fee", "Grant Element", "Guarantee Provided"),
    *("Insurance Provided", "Collateralized/Securitized", "Collateral", "Official Source Count"),
    *("Non-Official Source Count", "Source URLs", "Source Titles", "Source Publishers"),
    *("Source Type", "Geographic Location", "geoJSON URL Viz", "geoJSON URL DL", "Contact Name"),
    *("Contact Position", "ODA Eligible Recipient", "Data Completeness Score"),
    *("Project Implementation Score", "Loan Detail Score"),
)
_GCDF_2 = Layout(
    key="AidData TUFF Project ID",
    country="Recipient",
    year="Commitment Year",
    amount="Amount (Constant USD2017)",
    columns=_COLUMNS_OF_GCDF,
    flags=_FLAGS_OF_GCDF,
    quality="Source Quality Score",
    sector_code="Sector Code",
    parties=_PARTIES_OF_GCDF,
    ignoring=_IGNORED_OF_GCDF_2,
    sheets={"Global_CDF2.0": None},
)

_COLUMNS_OF_OLD = {
    "title": "title",
    "sector": "crs_sector_name",
    "flow": "flow",
    "status": "status",
}
_IGNORED_OF_GCOF_1 = (
    *("donor", "description", "flow_class", "intent", "amount", "currency", "usd_current"),
    *("sources", "sources_count", "recipient_agencies", "recipient_agencies_count"),
    *("deflators_used", "exchange_rates_used", "start_actual", "start_planned", "end_actual"),
    *("end_planned", "year_uncertain", "all_recipients", "recipient_count", "recipient_cow_code"),
    *("recipient_oecd_code", "recipient_oecd_name", "recipient_iso3", "recipient_iso2"),
    *("recipient_un_code", "recipient_imf_code", "recipient_region", "line_of_credit"),
    *("is_cofinanced", "is_ground_truthing", "loan_type", "interest_rate", "maturity"),
    *("grace_period", "grant_element", "location_details", "contacts", "field_completeness"),
)
_GCOF_1 = Layout(
    key="project_id",
    country="recipient_condensed",
    year="year",
    amount="usd_defl_2014",
    columns=_COLUMNS_OF_OLD,
    flags={"is_recommended": "recommended_for_research", "is_umbrella": "umbrella"},
    quality="source_triangulation",
    sector_code="crs_sector_code",
    parties=("funding_agency", "cofinancing_agency", "implementing_agency"),
    ignoring=_IGNORED_OF_GCOF_1,
    sheets={"ChineseOfficialFinance1.0": None},
)

_IGNORED_OF_CHINA_AFRICA_1 = (
    *("donor", "year_uncertain", "description", "sector_comment", "status_code", "all_recipients"),
    *("sources", "sources_count", "donor_agency", "donor_agency_count", "recipient_agencies"),
    *("recipient_agencies_count", "verified", "verified_code", "flow_class", "flow_class_code"),
    *("intent", "intent_code", "active", "active_code", "factiva_sources", "amount", "currency"),
    *("deflators_used", "exchange_rates_used", "usd_current", "start_actual", "start_planned"),
    *("end_actual", "end_planned", "recipient_count", "recipient_cow_code", "recipient_oecd_code"),
    *("recipient_oecd_name", "recipient_iso3", "recipient_iso2", "recipient_un_code"),
    *("recipient_imf_code", "debt_uncertian", "line_of_credit", "is_cofinanced"),
    *("is_ground_truthing", "loan_type", "interest_rate", "maturity", "grace_period"),
    *("grant_element", "updated_at", "location_details", "contacts", "is_official_finance"),
)
_CHINA_AFRICA_1 = Layout(
    key="project_id",
    country="recipient_condensed",
    year="year",
    amount="usd_defl",
    columns=_COLUMNS_OF_OLD,
    sector_code="crs_sector_code",
    parties=("funding_agency", "implementing_agency"),
    ignoring=_IGNORED_OF_CHINA_AFRICA_1,
    sheets={
        "1) Official Finance": None,
        "2) Unofficial Finance": None,
        "3)Military Finance": None,
        "4) Cancelled or Suspended Flows": None,
        "5) Suspicious Flows": False,
    },
    cover=("version 1.1", "Sheet 5 in RED", "should not be used in analysis"),
)
COVER_SHEET = "Cover Sheet"

LAYOUTS: Mapping[str, Layout] = {
    "china_africa_1.1": _CHINA_AFRICA_1,
    "gcof_1.0": _GCOF_1,
    "gcdf_2.0": _GCDF_2,
    "gcdf_3.0_excerpt": _GCDF_3_EXCERPT,
    "gcdf_3.0_geospatial": _GCDF_3_GEOSPATIAL,
    "gcdf_3.0": _GCDF_3,
}

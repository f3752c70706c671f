"""The audit of an index as one page that needs nothing else, as a workbook, as files.

What is audited is handed over as plain tables by name (`contents` names them); this part knows
their columns and nothing of the engine that made them.

In:       the tables of an audit, a score or a comparison
Out:      one HTML file, an Excel workbook, CSV files; the body of the report for a page of a site
Imports:  records, warehouse
"""

from sharedfuture.publish.audit.files import workbook_of, write_results, write_workbook
from sharedfuture.publish.audit.report import report_body, write_report

__all__ = ["report_body", "workbook_of", "write_report", "write_results", "write_workbook"]

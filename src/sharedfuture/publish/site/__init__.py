"""The static site: pages, charts, search index and style, made from the public tables alone.

Same tables, same bytes: no clock, no chance, everything sorted. The pages work from a folder as
well as from a server and ask no other host for anything.

In:       the public tables of a release, and what the release says of itself
Out:      a folder of HTML, CSS, JavaScript, SVG, PNG and CSV; a list of what was written
Imports:  records
"""

from sharedfuture.publish.site.environment import compile_templates
from sharedfuture.publish.site.write import write_site

__all__ = ["compile_templates", "write_site"]

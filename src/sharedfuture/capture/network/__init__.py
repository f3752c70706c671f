"""Ask for a file over the network: only of whom may be asked, politely, and within limits.

In:       addresses
Out:      bytes in a partial file, and what the server said
Imports:  records
"""

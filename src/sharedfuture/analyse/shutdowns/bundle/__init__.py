"""What the ledger carries about shutdowns: published numbers worked out again, models, detection.

Read what you need from its modules: `measures` has the numbers of the study behind the curated
list, `models` those of the cause model, `detection` those of the rules on real and made-up signals.

In:       frames of stated shutdowns and outages, signals as arrays
Out:      frames of the public tables shutdown_measure and shutdown_model
Imports:  records
"""

"""The whole way: ledger to release to page, by the command a person would type."""

"""What the models of partnership are given: targets, names of partners, covariates.

In:       the ledger's tables; what stands in targets.toml and covariates.toml
Out:      for each target, who is named for it, and a panel of countries by covariates
Imports:  records
"""

"""What drawings show of a layer and of a step: sums of the ledger and of a case, nothing else."""

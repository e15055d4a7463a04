"""What drawings show of a layer and of a step, taken apart: sums of the ledger and of a case, nothing else."""

"""What is installed on the board, the circuit it drives, and what proves it; imports nothing of ours."""

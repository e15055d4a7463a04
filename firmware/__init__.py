"""What is installed on the board, the circuit it drives, and what proves it; imports no other part of the project."""

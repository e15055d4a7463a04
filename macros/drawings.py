CHARTS = {n: (lambda figures, **o: "CHART") for n in ("multiplications_against_context", "roofline", "batching", "cache_against_context")}

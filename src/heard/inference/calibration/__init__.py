"""How far raters agree beyond chance: alpha, weighted kappa, intraclass correlation, each with a bootstrap interval."""

"""The journey, the KPIs and the list of rules to fix: what is agreed, beside what the figures say."""

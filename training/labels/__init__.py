"""Labels on turns of other people's data sets; `python -m training.labels` counts them and compares the two passes."""

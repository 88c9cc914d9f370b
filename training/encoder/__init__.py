"""Trains the sentence encoder of the accurate engine; needs `pip install -r training/requirements.txt`."""

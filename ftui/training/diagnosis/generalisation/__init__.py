"""Rules about what a run learns: does it hold beyond the training rows?"""

"""Coaching: three moments and one practice a week, a training list, recognition by opt-in. No ranking of persons."""

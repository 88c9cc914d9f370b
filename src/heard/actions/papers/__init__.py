"""Papers written from the running configuration: notices, record, assessments, pack for the staff, dictionary."""

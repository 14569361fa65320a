"""What a project file says where the centres' answers come back as records."""

ANSWERS = """
[kinds.visit]
family = "outcome"
zh = "已走访"
en = "visited"
discretionary = true

[[sources]]
name = "answers"
answers = true
kind = "visit"

[[sources]]
name = "followups"
answers = true
kinds = { needs_followup = "followup" }
only = { outcome = ["needs_followup"], target = ["fire"] }

[kinds.followup]
family = "outcome"
zh = "需跟进"
en = "needs follow-up"
discretionary = true
"""

"""The torture harness: the real night, approval, delivery and answers under faults that a seed chooses."""

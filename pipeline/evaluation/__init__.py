"""How well a corpus is read: its truth, the measures, and what each mistake looks like on the paper."""

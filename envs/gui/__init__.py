"""GUI click: one instruction, one click, on real and made screens; flows; a real browser."""

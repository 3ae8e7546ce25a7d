"""VNavTeam: several robots of different kinds in one place, by PettingZoo or as a native batch."""

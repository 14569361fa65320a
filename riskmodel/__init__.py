"""riskmodel: place-based early warning."""

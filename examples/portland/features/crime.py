"""Burglaries and vehicle thefts in cells of 600 ft: how many, how lately, and how near."""

from riskmodel.asof.vocabulary import COUNTY, NEIGHBOURS, RING2, Count, Decay, Harmonic, PlaceFigure, Smoothed, TimeSince, Trend

BOTH = ("burglary", "vehicle_theft")

FEATURES = (
    Count("burglary", 91),
    Count("burglary", 365),
    Decay("burglary", 60),
    Decay("burglary", 365),
    Decay("burglary", 1461),
    Decay("burglary", 365, over=NEIGHBOURS),
    Decay("burglary", 365, over=RING2),
    Smoothed(Decay("burglary", 60), 2000),
    Smoothed(Decay("burglary", 365), 1000),
    Smoothed(Decay("burglary", 365), 2000),
    Smoothed(Decay("burglary", 1461), 1000),
    Smoothed(Decay("burglary", 1461), 3000),
    TimeSince("burglary", 365),
    Trend("burglary", 91, 365, "block"),
    Count("vehicle_theft", 91),
    Count("vehicle_theft", 365),
    Decay("vehicle_theft", 60),
    Decay("vehicle_theft", 365),
    Decay("vehicle_theft", 1461),
    Decay("vehicle_theft", 365, over=NEIGHBOURS),
    Decay("vehicle_theft", 365, over=RING2),
    Smoothed(Decay("vehicle_theft", 60), 2000),
    Smoothed(Decay("vehicle_theft", 365), 1000),
    Smoothed(Decay("vehicle_theft", 365), 2000),
    Smoothed(Decay("vehicle_theft", 1461), 1000),
    Smoothed(Decay("vehicle_theft", 1461), 3000),
    TimeSince("vehicle_theft", 365),
    Trend("vehicle_theft", 91, 365, "block"),
    Decay(BOTH, 1461, over="block"),
    Trend(BOTH, 91, 365, COUNTY),
    Harmonic("sin", 1, 30),
    Harmonic("cos", 1, 30),
    PlaceFigure("area"),
)

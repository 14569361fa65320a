"""Police calls and incidents (警情)."""

from riskmodel.asof.vocabulary import COUNTY, NEIGHBOURS, Count, Decay, Group, SameSeason, ShrunkenRate, TimeSince, Trend

THEFT = Group("all_theft", ("theft", "ebike_theft"), zh="盗窃", en="theft")
FIRE = Group("all_fire", ("rental_fire", "other_fire"), zh="火灾", en="fire")
VIOLENCE = Group("violence", ("fight", "injury"), zh="打架伤人", en="violence")

FEATURES = (
    Count("rental_fire", 364),
    Count("rental_fire", 364, over=NEIGHBOURS),
    Count("rental_fire", 28, over="town"),
    Count("rental_fire", 28, over=COUNTY),
    Decay("rental_fire", 365),
    Decay("rental_fire", 180, over="village"),
    TimeSince("rental_fire", 730),
    Count("other_fire", 91),
    Count(FIRE, 91, over=NEIGHBOURS),
    SameSeason(FIRE, 28, over="town"),
    Count(THEFT, 7),
    Count(THEFT, 28),
    Count(THEFT, 91),
    Count(THEFT, 7, over=NEIGHBOURS),
    Count(THEFT, 28, over="town"),
    Decay(THEFT, 7),
    Decay(THEFT, 60),
    Decay(THEFT, 365),
    Decay(THEFT, 10, over=NEIGHBOURS),
    Trend(THEFT, 14, 182),
    TimeSince(THEFT, 182),
    ShrunkenRate(THEFT, 182, "village", 2.0),
    Count(VIOLENCE, 28),
    Decay(VIOLENCE, 90),
    Count(VIOLENCE, 28, over=NEIGHBOURS),
    Count("noise_call", 28),
    Decay("noise_call", 90),
    Count("family_call", 14),
    Decay("family_call", 60),
    Decay("family_call", 365),
)

"""Count distributions and the block bootstrap, for every wing above.

=================  ================================================================================
module             content
=================  ================================================================================
`distribution`     Poisson, negative binomial and Bernoulli counts by mean and dispersion
`quantiles`        exact quantiles
`tails`            P(X = 0), P(X >= y), P(X < y), p-values and mid-p-values
`row_scores`       log score, CRPS and other scores of each row
`any_event`        likelihood of whether there is any event
`outcome`          what a target observes: counts, or whether there is any event
`bootstrap`        paired block bootstrap over as-of dates
=================  ================================================================================
"""

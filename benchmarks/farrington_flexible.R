# Farrington flexible of R's surveillance on exported series: Rscript benchmarks/farrington_flexible.R FOLDER nbPlugin|delta [PROCESSES]
#
# FOLDER/series.csv has one column per series, named r<replicate>_s<scenario>, and one row per week; the last 49 weeks are judged. One file
# per replicate is written to FOLDER/<threshold>; replicates whose file exists are left out, so that a run can be continued.

suppressPackageStartupMessages(library(surveillance))
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
threshold <- given[2]
processes <- if (length(given) > 2) as.integer(given[3]) else 1L
stopifnot(threshold %in% c("nbPlugin", "delta"))

counts <- as.matrix(read.csv(file.path(folder, "series.csv"), check.names = FALSE))
judged <- (nrow(counts) - 48):nrow(counts)
control <- list(
  range = judged, b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, reweight = TRUE, weightsThreshold = 2.58,
  trend = TRUE, pThresholdTrend = 1, glmWarnings = FALSE, alpha = 0.01, thresholdMethod = threshold,
  limit54 = if (threshold == "delta") c(5, 4) else c(0, 4)
)
results <- file.path(folder, threshold)
dir.create(results, showWarnings = FALSE)
writeLines(c(R.version.string, paste("surveillance", packageVersion("surveillance"))), file.path(results, "versions.txt"))

judge <- function(replicate) {
  file <- file.path(results, paste0(replicate, ".csv"))
  if (file.exists(file)) return(invisible())
  own <- counts[, sub("_.*", "", colnames(counts)) == replicate, drop = FALSE]
  started <- proc.time()
  found <- suppressWarnings(farringtonFlexible(sts(own, start = c(1, 1), frequency = 52), control = control))
  used <- sum((proc.time() - started)[c("user.self", "sys.self")])
  table <- data.frame(
    series = rep(colnames(own), each = length(judged)), week = rep(judged, ncol(own)), observed = c(own[judged, ]),
    alarm = as.integer(c(alarms(found))), upper = c(upperbound(found)), expected = c(found@control$expected),
    p_value = c(found@control$pvalue), seconds = used
  )
  write.csv(format(table, digits = 15, trim = TRUE), paste0(file, ".part"), row.names = FALSE, quote = FALSE)
  file.rename(paste0(file, ".part"), file)
}
invisible(parallel::mclapply(unique(sub("_.*", "", colnames(counts))), judge, mc.cores = processes, mc.preschedule = FALSE))

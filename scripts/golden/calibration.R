# Calibration intercept and slope (glm), the same with variances over patients (a sandwich by hand), and cutoffs as pROC
# chooses them: test/golden/calibration.json, read by test/metrics/.
# Rscript scripts/golden/calibration.R
suppressPackageStartupMessages(library(pROC))
row <- function(values) paste(formatC(values, digits = 15, format = "g"), collapse = ", ")
plain <- function(values) paste(values, collapse = ", ")

sandwich <- function(fit, patient) {
  scores <- model.matrix(fit) * residuals(fit, type = "response")
  sums <- rowsum(scores, patient)
  units <- nrow(sums)
  units / (units - 1) * vcov(fit) %*% crossprod(sums) %*% vcov(fit)
}

calibration <- function(n, seed) {
  set.seed(seed)
  patient <- sort(sample(seq_len(ceiling(n * 0.6)), n, replace = TRUE))
  effect <- rnorm(max(patient))[patient]
  label <- rbinom(n, 1, 0.45)
  score <- round(plogis(1.6 * label - 1.1 + 0.7 * effect + 0.8 * rnorm(n)), 4)
  logit <- qlogis(score)
  control <- glm.control(epsilon = 1e-14, maxit = 100)
  large <- glm(label ~ offset(logit), family = binomial, control = control)
  line <- glm(label ~ logit, family = binomial, control = control)
  # vcov() has the weights of the iteration before the last: once more from the end.
  large <- update(large, start = coef(large))
  line <- update(line, start = coef(line))
  clusteredLarge <- sandwich(large, patient)
  clusteredLine <- sandwich(line, patient)
  units <- length(unique(patient))
  at <- c(0.2, 0.5, 0.9)
  curve <- predict(line, data.frame(logit = qlogis(at)), se.fit = TRUE)
  sprintf('{
    "label": [%s], "score": [%s], "patient": [%s], "units": %d,
    "intercept": {"value": %s, "robustSe": %s, "clusteredSe": %s},
    "slope": {"value": %s, "limits": [%s], "clusteredSe": %s},
    "curve": {"at": [%s], "value": [%s], "low": [%s], "high": [%s]}
  }', plain(label), plain(score), plain(patient), units,
    row(coef(large)), row(sqrt(sandwich(large, seq_len(n))[1, 1])), row(sqrt(clusteredLarge[1, 1])),
    row(coef(line)[2]), row(confint.default(line)[2, ]), row(sqrt(clusteredLine[2, 2])),
    plain(at), row(plogis(curve$fit)), row(plogis(curve$fit - qnorm(0.975) * curve$se.fit)),
    row(plogis(curve$fit + qnorm(0.975) * curve$se.fit)))
}

cutoffs <- function() {
  data(aSAH)
  label <- as.integer(aSAH$outcome == "Poor")
  parts <- lapply(c("s100b", "ndka"), function(name) {
    r <- roc(label, aSAH[[name]], levels = c(0, 1), direction = "<", quiet = TRUE)
    best <- coords(r, "best", best.method = "youden", ret = c("threshold", "sensitivity", "specificity"))
    best <- best[which.max(best$sensitivity), ]
    all <- coords(r, "all", ret = c("threshold", "sensitivity", "specificity"))
    wanted <- all[all$sensitivity >= 0.9, ]
    wanted <- wanted[which.max(wanted$threshold), ]
    sprintf('"%s": {"youden": [%s], "sensitivity90": [%s]}', name, row(unlist(best)), row(unlist(wanted)))
  })
  paste(parts, collapse = ",\n    ")
}

cat(sprintf('{
  "made by": "scripts/golden/calibration.R, pROC %s, R %s",
  "calibration": [%s,
  %s],
  "cutoffs": {
    %s
  }
}
', packageVersion("pROC"), getRversion(), calibration(60, 1), calibration(200, 2), cutoffs()), file = "test/golden/calibration.json")

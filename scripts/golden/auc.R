# ROC areas, their variances, intervals and tests as pROC has them: test/golden/auc.json, read by test/metrics/.
# Data: aSAH (pROC; Turck et al. 2010), and random scores with many ties; Holm by stats::p.adjust.
# Rscript scripts/golden/auc.R
suppressPackageStartupMessages(library(pROC))

row <- function(values, digits = 15) paste(formatC(values, digits = digits, format = "g"), collapse = ", ")
plain <- function(values) paste(values, collapse = ", ")

curve <- function(label, score) roc(label, score, levels = c(0, 1), direction = "<", quiet = TRUE)

areas <- function(label, scores) {
  parts <- lapply(names(scores), function(name) {
    r <- curve(label, scores[[name]])
    wald <- as.numeric(ci.auc(r, method = "delong"))
    sprintf('"%s": {"auc": %s, "variance": %s, "wald": [%s]}', name, row(auc(r)), row(var(r, method = "delong")), row(wald[c(1, 3)]))
  })
  paste(parts, collapse = ",\n      ")
}

paired <- function(label, scores, a, b) {
  ra <- curve(label, scores[[a]])
  rb <- curve(label, scores[[b]])
  test <- roc.test(ra, rb, method = "delong", paired = TRUE)
  sprintf('{"a": "%s", "b": "%s", "z": %s, "p": %s, "covariance": %s}', a, b, row(unname(test$statistic)), row(test$p.value),
    row(cov(ra, rb, method = "delong")))
}

data_set <- function(label, scores) {
  pairs <- combn(names(scores), 2)
  tests <- apply(pairs, 2, function(pair) paired(label, scores, pair[1], pair[2]))
  columns <- sapply(names(scores), function(name) sprintf('"%s": [%s]', name, plain(scores[[name]])))
  sprintf('{
    "label": [%s],
    "scores": {%s},
    "areas": {%s},
    "paired": [%s]
  }', plain(label), paste(columns, collapse = ",\n      "), areas(label, scores), paste(tests, collapse = ",\n      "))
}

unpaired <- function(labelA, scoreA, labelB, scoreB) {
  test <- roc.test(curve(labelA, scoreA), curve(labelB, scoreB), method = "delong", paired = FALSE)
  sprintf('{"labelA": [%s], "scoreA": [%s], "labelB": [%s], "scoreB": [%s], "t": %s, "degreesOfFreedom": %s, "p": %s}',
    plain(labelA), plain(scoreA), plain(labelB), plain(scoreB), row(unname(test$statistic)), row(unname(test$parameter)), row(test$p.value))
}

data(aSAH)
asah_label <- as.integer(aSAH$outcome == "Poor")
asah <- list(s100b = aSAH$s100b, ndka = aSAH$ndka, wfns = as.integer(aSAH$wfns))

set.seed(3)
ties_label <- rbinom(60, 1, 0.4)
ties <- list(few = round(rnorm(60) + ties_label), more = round(2 * (rnorm(60) + 0.5 * ties_label)) / 2, coarse = as.integer(runif(60) < 0.3 + 0.3 * ties_label))

half <- seq_len(50)
ps <- c(0.01, 0.04, 0.03, 0.005, 0.5, 0.03)

cat(sprintf('{
  "made by": "scripts/golden/auc.R, pROC %s, R %s",
  "asah": %s,
  "ties": %s,
  "unpaired": %s,
  "holm": {"ps": [%s], "adjusted": [%s]}
}
', packageVersion("pROC"), getRversion(), data_set(asah_label, asah), data_set(ties_label, ties),
  unpaired(asah_label[half], asah$s100b[half], asah_label[-half], asah$ndka[-half]),
  plain(ps), row(p.adjust(ps, "holm"))), file = "test/golden/auc.json")

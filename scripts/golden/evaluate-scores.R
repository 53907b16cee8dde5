# A small table of scores and what pROC says of it: test/golden/evaluate-scores.json, read by test/cli/evaluate.test.ts.
# Rscript scripts/golden/evaluate-scores.R
suppressPackageStartupMessages(library(pROC))
set.seed(7)
label <- rep(c(0, 1), c(22, 18))
score <- round(rnorm(40) + 1.1 * label, 1)
score_b <- round(0.6 * score + rnorm(40) + 0.3 * label, 1)
a <- roc(label, score, direction = "<", quiet = TRUE)
b <- roc(label, score_b, direction = "<", quiet = TRUE)
test <- roc.test(a, b, method = "delong")
wald <- as.numeric(ci.auc(a, method = "delong"))
row <- function(values) paste(formatC(values, digits = 12, format = "g", flag = "#"), collapse = ", ")
plain <- function(values) paste(values, collapse = ", ")
cat(sprintf('{
  "made by": "scripts/golden/evaluate-scores.R, pROC %s, R %s",
  "label": [%s],
  "score": [%s],
  "score_b": [%s],
  "auc": %s,
  "aucB": %s,
  "variance": %s,
  "wald": [%s],
  "z": %s,
  "p": %s
}
', packageVersion("pROC"), getRversion(), plain(label), plain(score), plain(score_b), row(auc(a)), row(auc(b)), row(var(a)),
  row(wald[c(1, 3)]), row(unname(test$statistic)), row(test$p.value)), file = "test/golden/evaluate-scores.json")

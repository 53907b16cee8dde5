# Mean squares and components of variance of a fixed table (3 GANs x 3 draws x 2 heads): test/golden/variance-shares.json.
# stats::aov; components by equating mean squares to their expectations. Rscript scripts/golden/variance-shares.R
set.seed(7)
table <- expand.grid(head = 1:2, within = 1:3, gan = 1:3)
table$draw <- (table$gan - 1) * 3 + table$within
gan <- rnorm(3, 0, 0.02); draw <- rnorm(9, 0, 0.008); head <- rnorm(2, 0, 0.005)
table$score <- round(0.9 + gan[table$gan] + draw[table$draw] + head[table$head] + rnorm(18, 0, 0.004), 4)
f <- within(table, { gan <- factor(gan); draw <- factor(draw); head <- factor(head) })
ms <- function(formula) { a <- anova(aov(formula, f)); setNames(a[["Mean Sq"]], rownames(a)) }
full <- ms(score ~ gan + gan:draw + head)
crossed <- c(gan = (full[["gan"]] - full[["gan:draw"]]) / 6, draw = (full[["gan:draw"]] - full[["Residuals"]]) / 2,
  head = (full[["head"]] - full[["Residuals"]]) / 9, residual = full[["Residuals"]])
f <- f[f$head == 1, ]
plain <- ms(score ~ gan + gan:draw)
nested <- c(gan = (plain[["gan"]] - plain[["gan:draw"]]) / 3, draw = plain[["gan:draw"]])
row <- function(v) paste(trimws(formatC(v, digits = 15, format = "g", width = 0)), collapse = ", ")
named <- function(v) paste0("{", paste(sprintf('"%s": %s', names(v), formatC(v, digits = 15, format = "g")), collapse = ", "), "}")
cat(sprintf('{\n "source": "%s, stats::aov",\n "gan": [%s],\n "draw": [%s],\n "head": [%s],\n "score": [%s],\n "crossed": %s,\n "nested": %s\n}\n',
  R.version.string, row(table$gan), row(table$draw), row(table$head), row(table$score), named(crossed), named(nested)),
  file = "test/golden/variance-shares.json")

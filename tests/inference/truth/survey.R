# Makes survey.json: answers of R's survey and psych packages.
# apt-get install r-base-core r-cran-survey r-cran-psych; Rscript survey.R > survey.json
suppressMessages({library(survey); library(psych)})
options(digits = 16, survey.lonely.psu = "adjust")
data(api)
told <- list()
est <- function(x) list(value = as.numeric(coef(x)), se = as.numeric(SE(x)))
# Scores of Californian schools in 2000, public records; the answers stand in the package's help (?svymean, ?rake).
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
told$strat_mean <- est(svymean(~api00, strat))
told$strat_total <- est(svytotal(~enroll, strat))
told$strat_ratio <- { r <- svyratio(~api.stu, ~enroll, strat); list(value = as.numeric(r$ratio), se = as.numeric(sqrt(r$var))) }
told$clus1_mean <- est(svymean(~api00, clus1))
told$clus1_deff <- as.numeric(deff(svymean(~api00, clus1, deff = "replace")))
told$strat_deff <- as.numeric(deff(svymean(~api00, strat, deff = "replace")))
pop <- list(data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018)),
            data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122)))
rake1 <- rake(svydesign(id = ~dnum, weights = ~pw, data = apiclus1), list(~stype, ~sch.wide), pop,
              control = list(maxit = 100, epsilon = 1e-12, verbose = FALSE))
told$raked_mean <- as.numeric(coef(svymean(~api00, rake1)))
told$raked_weights <- as.numeric(weights(rake1))
# Alpha, its interval (Feldt) and omega total of one factor, on five items that are made here; the fourth hardly belongs.
set.seed(4)
trait <- rnorm(150)
items <- as.data.frame(sapply(c(.9, .8, .7, .15, .6), function(b) pmin(5, pmax(1, round(3 + b * trait + rnorm(150, 0, .8))))))
a <- suppressWarnings(psych::alpha(items))
ci <- psych::alpha.ci(a$total$raw_alpha, n.obs = nrow(items), n.var = ncol(items))
told$alpha <- list(value = a$total$raw_alpha, feldt = as.numeric(c(ci$lower.ci, ci$upper.ci)),
                   dropped = a$alpha.drop$raw_alpha, r_drop = a$item.stats$r.drop)
f <- factanal(covmat = cov(items), factors = 1, n.obs = nrow(items), control = list(opt = list(factr = 1e2)))
sd <- sqrt(diag(cov(items))); l <- as.numeric(f$loadings) * sd; u <- as.numeric(f$uniquenesses) * sd^2
told$omega <- sum(l)^2 / (sum(l)^2 + sum(u))
out <- function(d, names) lapply(d[names], function(x) if (is.factor(x)) as.character(x) else x)
told$data <- list(strat = out(apistrat, c("stype", "pw", "fpc", "api00", "enroll", "api.stu")),
                  clus1 = out(apiclus1, c("dnum", "pw", "fpc", "api00", "stype", "sch.wide")), items = as.list(items))
js <- function(x) {
  if (is.list(x)) { if (is.null(names(x))) paste0("[", paste(sapply(x, js), collapse = ","), "]")
    else paste0("{", paste(sprintf('"%s":%s', names(x), sapply(x, js)), collapse = ","), "}") }
  else { v <- if (is.character(x)) sprintf('"%s"', x) else ifelse(is.na(x), "null", formatC(x, digits = 15, format = "g"))
    if (length(v) == 1) v else paste0("[", paste(trimws(v), collapse = ","), "]") }
}
cat(js(told), "\n")

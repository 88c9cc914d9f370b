# Makes survival.json: answers of R's survival package on made.csv (own numbers: 300 rows, ties, late entry, clusters).
# apt-get install r-cran-survival; Rscript survival.R > survival.json
suppressMessages(library(survival))
options(digits = 16)
d <- read.csv("made.csv")
plain <- coxph(Surv(stop, event) ~ a + b, d, cluster = who, ties = "efron")
late <- coxph(Surv(start, stop, event) ~ a + b + strata(region), d, cluster = who, ties = "efron")
z <- cox.zph(coxph(Surv(stop, event) ~ a + b, d), transform = "km")
d$cause <- factor(ifelse(d$event == 0, 0, 1 + d$who %% 2), 0:2, c("there", "one", "two"))
aj <- summary(survfit(Surv(stop, cause) ~ 1, d), times = 15)
km <- summary(survfit(Surv(stop, event) ~ b, d, conf.type = "log-log"), times = 15)
mean <- summary(survfit(Surv(stop, event) ~ 1, d), rmean = 20)$table
lr <- survdiff(Surv(stop, event) ~ region, d)
v <- function(name, x) sprintf('  "%s": [%s]', name, paste(format(as.numeric(x), digits = 16, trim = TRUE), collapse = ", "))
cat("{", paste(c(
  v("version", as.numeric(strsplit(as.character(packageVersion("survival")), "[.-]")[[1]])),
  v("plain_coef", coef(plain)), v("plain_model_se", sqrt(diag(plain$naive.var))), v("plain_se", sqrt(diag(vcov(plain)))),
  v("late_coef", coef(late)), v("late_model_se", sqrt(diag(late$naive.var))), v("late_se", sqrt(diag(vcov(late)))),
  v("incidence_at_15", aj$pstate[2:3]), v("incidence_se_at_15", aj$std.err[2:3]),
  v("kept_at_15", km$surv), v("kept_lower_at_15", km$lower), v("kept_upper_at_15", km$upper),
  v("restricted_mean_20", mean[c("rmean", "se(rmean)")]), v("logrank", lr$chisq)), collapse = ",\n"), "}\n", sep = "\n")

package main

import (
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"eks-scaling-automation/cdk/recurrence"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/endpoints"
	grants "eks-scaling-automation/shared/permissions"
	"eks-scaling-automation/shared/spoke"
)

// The context keys of this app. They are given on the command line (-c key=value) or under "context" in cdk.json.
const (
	configKey         = "config"
	alertEmailsKey    = "alertEmails"
	reconcileKey      = "reconcile"
	regionKey         = "region"
	logRetentionKey   = "logRetentionDays"
	auditRetentionKey = "auditRetentionDays"
	functionsDirKey   = "functionsDir"
	signalHostsKey    = "signalHosts"
	spokeKey          = "spoke"
	templateKey       = "template"
	versionKey        = "version"
	permissionsKey    = "permissions"
	clustersRegionKey = "clustersRegion"
	spokeRoleKey      = "spokeRole"
	architectureKey   = "architecture"
)

var knownKeys = []string{
	alertEmailsKey,
	alertKeyKey,
	architectureKey,
	auditRetentionKey,
	clustersRegionKey,
	configKey,
	dashboardKey,
	dataKeyKey,
	endpointsKey,
	eventBusKey,
	functionsDirKey,
	logRetentionKey,
	metricsKey,
	permissionsKey,
	reconcileKey,
	regionKey,
	routeTablesKey,
	securityGroupsKey,
	signalHostsKey,
	spokeKey,
	spokeRoleKey,
	subnetsKey,
	templateKey,
	versionKey,
	vpcKey,
}

// toolKeys are the plain-named context keys that belong to the cdk tool.
var toolKeys = []string{"acknowledged-issue-numbers", "cli-telemetry"}

// The defaults.
const (
	defaultConfig         = "examples/sao-paulo.yaml"
	defaultLogRetention   = 30
	defaultAuditRetention = 400
	defaultFunctionsDir   = "build/functions"
	maxAuditRetention     = 3650
)

// options is the checked context.
type options struct {
	configPath         string
	config             config.Config
	alertEmails        []string
	reconcile          string // a schedule expression of EventBridge Scheduler, in UTC
	reconcileSilence   recurrence.Silence
	logRetention       awslogs.RetentionDays
	auditRetentionDays int
	functionsDir       string
	codeHashes         map[string]string // of the functions' zips, by name
	ownRegion          bool              // the stack takes only the clusters of its own region
	signalHosts        []string          // in alphabetical order
	release            bool              // write the released template, whose options are parameters
	grant              grants.Grant
	version            string       // of this build; empty if unknown
	architecture       architecture // of the functions' binaries
	network            network
	dataKey            string          // the ARN of the key that encrypts the stack's data; empty: the keys of AWS
	alertKey           string          // none, own, or the ARN of a key
	eventBus           string          // the name of the bus that gets the events
	metrics, dashboard string          // on or off
	spoke              *spoke.Template // of the spoke to write in place of the hub; nil for the hub
}

// readOptions checks the context. The error lists each invalid key with its value and what is valid.
func readOptions(given map[string]any) (options, error) {
	r := contextReader{given: given}
	r.refuseUnknown()
	reconcile, silence := r.reconcile(reconcileKey)
	o := options{
		configPath:         r.text(configKey, defaultConfig),
		alertEmails:        r.emails(alertEmailsKey),
		reconcile:          reconcile,
		reconcileSilence:   silence,
		logRetention:       r.logRetention(logRetentionKey),
		auditRetentionDays: r.integer(auditRetentionKey, defaultAuditRetention, 1, maxAuditRetention),
		functionsDir:       r.text(functionsDirKey, defaultFunctionsDir),
		ownRegion:          r.ownRegion(regionKey),
		signalHosts:        r.signalHosts(signalHostsKey),
		alertKey:           r.alertKey(alertKeyKey),
		eventBus:           r.text(eventBusKey, defaultEventBus),
	}
	o.version, o.architecture = r.version(versionKey), r.architecture(architectureKey)
	o.metrics, o.dashboard = r.metrics()
	o.release = r.release(templateKey, o)
	o.grant = r.grant(o.release)
	o.config = r.configuration(o.configPath)
	o.dataKey = r.dataKey(dataKeyKey)
	o.network = r.network(endpoints.Of(o.config.Clusters, o.config.Signals, ""))
	r.checkSignals(signalHostsKey, o.signalHosts, o.config.Signals)
	if o.spoke = r.spoke(spokeKey, o.config); o.spoke == nil {
		o.codeHashes = r.codeHashes(o.functionsDir)
	}
	return o, errors.Join(r.problems...)
}

// contextReader reads keys one by one and collects the errors.
type contextReader struct {
	given    map[string]any
	problems []error
}

func (r *contextReader) fail(key, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("context "+key+": "+format, args...))
}

// refuseUnknown finds misspelt keys. Plain names belong to this app; the CDK's names contain ":" or "@".
func (r *contextReader) refuseUnknown() {
	for _, key := range slices.Sorted(maps.Keys(r.given)) {
		if !strings.ContainsAny(key, ":@") && !slices.Contains(knownKeys, key) && !slices.Contains(toolKeys, key) {
			r.fail(key, "unknown key; known: %s", strings.Join(knownKeys, ", "))
		}
	}
}

func (r *contextReader) text(key, otherwise string) string {
	found, ok := r.given[key]
	if !ok {
		return otherwise
	}
	text, ok := found.(string)
	if !ok || strings.TrimSpace(text) == "" {
		r.fail(key, "must be a string that is not empty, such as %s, not %s", otherwise, describe(found))
	}
	return text
}

// integer reads a whole number: a string from the command line, a number from cdk.json.
func (r *contextReader) integer(key string, otherwise, low, high int) int {
	found, ok := r.given[key]
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(fmt.Sprint(found))
	if err != nil || n < low || n > high {
		r.fail(key, "must be a whole number of days from %d to %d, such as %d, not %s", low, high, otherwise, describe(found))
	}
	return n
}

// emails reads a list, or a string with comma-separated addresses.
func (r *contextReader) emails(key string) []string {
	var addresses []string
	for _, address := range r.list(key) {
		parsed, err := mail.ParseAddress(address)
		switch {
		case err != nil || parsed.Address != address:
			r.fail(key, "invalid e-mail address %q: use one such as ops@example.com", address)
		case slices.Contains(addresses, address):
			r.fail(key, "duplicate e-mail address %q", address)
		default:
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// list reads a list of strings, or one comma-separated string. A missing value is an empty list.
func (r *contextReader) list(key string) []string {
	var elements []any
	switch found := r.given[key].(type) {
	case nil:
	case []any:
		elements = found
	case string:
		if found == "" {
			return nil
		}
		for element := range strings.SplitSeq(found, ",") {
			elements = append(elements, strings.TrimSpace(element))
		}
	default:
		r.fail(key, "must be a list of strings, or a string with commas, not %s", describe(found))
	}
	list := make([]string, 0, len(elements))
	for _, element := range elements {
		list = append(list, fmt.Sprint(element))
	}
	return list
}

// reconcile reads the expression of the reconcile schedule, and derives how long the alarm waits for a run to end.
func (r *contextReader) reconcile(key string) (expression string, until recurrence.Silence) {
	expression = r.text(key, recurrence.Default)
	until, err := recurrence.SilenceOf(expression)
	if err != nil {
		r.fail(key, "%v", err)
	}
	return expression, until
}

func (r *contextReader) logRetention(key string) awslogs.RetentionDays {
	found, ok := r.given[key]
	if !ok {
		return logRetentions[defaultLogRetention]
	}
	n, err := strconv.Atoi(fmt.Sprint(found))
	retention, allowed := logRetentions[n]
	if err != nil || !allowed {
		periods := fmt.Sprint(slices.Sorted(maps.Keys(logRetentions)))
		r.fail(key, "invalid number of days %s: CloudWatch Logs allows %s",
			describe(found), strings.ReplaceAll(strings.Trim(periods, "[]"), " ", ", "))
	}
	return retention
}

// logRetentions maps numbers of days to the periods that CloudWatch Logs allows.
var logRetentions = map[int]awslogs.RetentionDays{
	1:    awslogs.RetentionDays_ONE_DAY,
	3:    awslogs.RetentionDays_THREE_DAYS,
	5:    awslogs.RetentionDays_FIVE_DAYS,
	7:    awslogs.RetentionDays_ONE_WEEK,
	14:   awslogs.RetentionDays_TWO_WEEKS,
	30:   awslogs.RetentionDays_ONE_MONTH,
	60:   awslogs.RetentionDays_TWO_MONTHS,
	90:   awslogs.RetentionDays_THREE_MONTHS,
	120:  awslogs.RetentionDays_FOUR_MONTHS,
	150:  awslogs.RetentionDays_FIVE_MONTHS,
	180:  awslogs.RetentionDays_SIX_MONTHS,
	365:  awslogs.RetentionDays_ONE_YEAR,
	400:  awslogs.RetentionDays_THIRTEEN_MONTHS,
	545:  awslogs.RetentionDays_EIGHTEEN_MONTHS,
	731:  awslogs.RetentionDays_TWO_YEARS,
	1096: awslogs.RetentionDays_THREE_YEARS,
	1827: awslogs.RetentionDays_FIVE_YEARS,
	2192: awslogs.RetentionDays_SIX_YEARS,
	2557: awslogs.RetentionDays_SEVEN_YEARS,
	2922: awslogs.RetentionDays_EIGHT_YEARS,
	3288: awslogs.RetentionDays_NINE_YEARS,
	3653: awslogs.RetentionDays_TEN_YEARS,
}

// allRegions is the scope of a stack that takes the clusters of all regions.
const allRegions = "all"

// ownRegion reads which clusters the stack takes.
func (r *contextReader) ownRegion(key string) bool {
	found, ok := r.given[key]
	if ok && found != allRegions && found != deployment.OwnRegion {
		r.fail(key, "must be %s (clusters of all regions) or %s (clusters of the stack's region only), not %s", allRegions, deployment.OwnRegion, describe(found))
	}
	return found == deployment.OwnRegion
}

// configuration reads the file that determines the permissions on node groups and signals. It skips the calendars' files: permissions do not
// depend on dates, and a deployment must not depend on a web site.
func (r *contextReader) configuration(path string) config.Config {
	data, err := os.ReadFile(path)
	if err != nil {
		r.fail(configKey, "cannot read %q: %v: use the path of a configuration file, such as %s",
			path, errors.Unwrap(err), defaultConfig)
		return config.Config{}
	}
	noDates := func(config.Feed) (config.FeedDates, error) { return config.FeedDates{}, nil }
	c, findings := config.Reading{Calendar: noDates}.Parse(data)
	if err := config.Usable(findings); err != nil {
		r.fail(configKey, "%q is invalid:\n  %s",
			path, strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return config.Config{}
	}
	return c
}

// describe formats a context value as a person would write it.
func describe(found any) string {
	if text, ok := found.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(found)
}

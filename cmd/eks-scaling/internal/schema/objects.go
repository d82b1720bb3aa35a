package schema

import (
	"math"
	"reflect"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"

	"github.com/invopop/jsonschema"
)

// object is what a Go type does not say about the object that it is written as.
type object struct {
	means  string
	fields map[string]field // by name in documents
	rules  []rule           // on the object as a whole
}

// field is what a Go type does not say about one of its fields.
type field struct {
	means    string
	required bool
	rules    []rule
}

func required(means string, rules ...rule) field {
	return field{means: means, required: true, rules: rules}
}

func optional(means string, rules ...rule) field {
	return field{means: means, rules: rules}
}

// objects are all types of the schema by name; each of their fields is there.
var objects = map[string]object{
	root: {
		means: "What EKS Scaling Automation scales, and when.",
		fields: map[string]field{
			"enabled":   optional("The switch: false, and no run changes anything.", absent(true)),
			"timezone":  required("The IANA time zone of every cluster that names none.", zone),
			"calendars": optional("Sets of dates, such as holidays, under the names that periods use.", keys(entityName)),
			"clusters":  required("The EKS clusters. Each is here once.", notEmpty),
			"overrides": optional("What outranks the schedules for some time."),
		},
	},
	"Calendar": {
		means: "A set of dates, listed or read from an iCalendar file.",
		fields: map[string]field{
			"dates": optional("The dates.", atMost(4000)),
			"ics":   optional("The path or the URL of an iCalendar file, read when the configuration is applied."),
		},
		rules: []rule{exactlyOne("dates", "ics")},
	},
	"CalendarDates": {means: "Dates and ranges of dates, with or without a name."},
	"Holiday": {
		means: "A date or a range of dates, or an object that gives it a name too.",
		fields: map[string]field{
			"date": required("A date, or the first and the last of a range."),
			"name": optional("What people call it, at most 100 characters.", upTo(100)),
		},
		rules: []rule{orShort(forms[reflect.TypeFor[schedule.DateRange]()])},
	},
	"Cluster": {
		means: "One EKS cluster: which node groups, which sizes, when.",
		fields: map[string]field{
			"name":     required("The cluster's name in EKS.", matching(eksName)),
			"region":   required("The AWS region that it is in.", matching(region), suggesting("sa-east-1")),
			"timezone": optional("The IANA time zone of its schedule. Left out, it is the document's.", zone),
			"enabled":  optional("The cluster's own switch: false, and every run skips it.", absent(true)),
			"roleArn": optional("The IAM role to assume, when the cluster is in another account.",
				matching(roleARN), suggesting("arn:aws:iam::123456789012:role/eks-scaling")),
			"enforce": optional("transition: a period is applied once, when it becomes active or its sizes change here, and what "+
				"people or an autoscaler do in between is left alone. always: every run puts the sizes back.",
				absent(scaling.OnTransition)),
			"waitTimeout": optional("How long a node group may take to become active, 1s to 1h.", absent("20m")),
			"concurrency": optional("How many node groups are scaled at a time.", absent(5), between(1, 40)),
			"nodegroups": required("The managed node groups by name, with the limits that nothing ever goes beyond.",
				notEmpty, keys(eksName)),
			"profiles": required("Sizes under names that people use: for each profile, a size for each node group. "+
				"One that is left out is not touched.", notEmpty, keys(printable), each(keys(eksName))),
			"schedule": required("Which profile is in force when."),
		},
	},
	"Limits": {
		means: "The sizes that a node group never leaves, in nodes; minSize is at most maxSize.",
		fields: map[string]field{
			"minSize": required("The least number of nodes.", sizes(0)),
			"maxSize": required("The greatest number of nodes; EKS wants 1 at least.", sizes(1)),
		},
	},
	"Target": {
		means: "A size: the desired number of nodes, or an object with some of minSize, maxSize and desiredSize.",
		fields: map[string]field{
			"minSize":     optional("The least number of nodes. Left out, it is the limit's.", sizes(0)),
			"maxSize":     optional("The greatest number of nodes. Left out, it is the limit's.", sizes(1)),
			"desiredSize": optional("The number of nodes. Left out, the node group keeps its own, within the bounds.", sizes(0)),
		},
		rules: []rule{orShort(func() *jsonschema.Schema { return number(0, math.MaxInt32) })},
	},
	"Schedule": {
		means: "Which profile is in force when.",
		fields: map[string]field{
			"default": required("The profile in force when no period applies."),
			"periods": optional("The periods. The first that applies wins."),
		},
	},
	"Period": {
		means: "Puts a profile in force during windows of time. A window starts on the dates that pass all filters; " +
			"one that is left out lets every date pass.",
		fields: map[string]field{
			"name":    required("What people call it. No two periods of a cluster share a name."),
			"profile": required("The profile to put in force."),
			"days": optional("Days of the week: tue, mon-fri, sat-mon; tue#2 is the second Tuesday of the month, "+
				"fri#last the last Friday.", notEmpty),
			"monthDays": optional("Days of the month: 1 to 31, -1 (the last) to -31, a range such as 15..20 or -7..-1, 15W for "+
				"the working day nearest to the 15th.", notEmpty),
			"months":    optional("Months: dec, nov-feb.", notEmpty),
			"dates":     optional("Dates, or ranges of them.", notEmpty),
			"calendars": optional("Dates by the calendars that they are in."),
			"from": optional("When a window starts: HH:MM, or a weekday and HH:MM, such as fri 20:00.",
				absent("00:00"), matching(windowFrom)),
			"to": optional("When it ends, itself not included: HH:MM up to 24:00, on the next day if that is not after from; or a "+
				"weekday and HH:MM, if from has a weekday too.", absent("24:00")),
		},
		rules: []rule{weekdaysInBoth},
	},
	"CalendarFilter": {
		means: "Lets dates pass by the calendars that they are in.",
		fields: map[string]field{
			"only":   optional("The calendars of which a date must be in one.", notEmpty, each(named(entityName))),
			"except": optional("The calendars of which a date must be in none.", notEmpty, each(named(entityName))),
		},
		rules: []rule{notEmpty},
	},
	"Override": {
		means: "Outranks the schedule of a cluster for some time, and ends by itself. It puts a profile or sizes in force.",
		fields: map[string]field{
			"name":    optional("Its name. Left out, it is made of the cluster's and the start.", matching(entityName)),
			"cluster": required("The cluster that it is for.", matching(eksName)),
			"nodegroups": optional("The node groups that it is for. Left out, it is for all, or for those of sizes.",
				notEmpty, each(named(eksName))),
			"profile": optional("The profile to put in force."),
			"sizes":   optional("The sizes to put in force, by node group.", notEmpty, keys(eksName)),
			"from": required("When it starts: with an offset from UTC, such as 2026-12-24T20:00:00-03:00, or by the cluster's " +
				"clock, such as 2026-12-24 20:00."),
			"until":     required("When it ends, itself not included, written like from."),
			"reason":    required("Why; it is put on record."),
			"createdBy": optional("Who made it."),
			"createdAt": optional("When it was made, written like from. Of several in force at once, the latest wins."),
		},
		rules: []rule{exactlyOne("profile", "sizes")},
	},
}

// describe adds to a schema made of a type what the type does not say.
func (o object) describe(s *jsonschema.Schema) {
	s.Description = o.means
	for name, property := range s.Properties.FromOldest() {
		f := o.fields[name]
		property.Description = f.means
		if f.required {
			s.Required = append(s.Required, name)
		}
		apply(f.rules, property)
	}
	apply(o.rules, s)
}

package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"eks-scaling-automation/shared/english"
)

// flagError words an error of the flags, with a suggestion for an unknown one.
func flagError(cmd *cobra.Command, err error) error {
	if wrong, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if wrong.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("unknown flag -%s", wrong.GetSpecifiedShortnames())
		}
		name := wrong.GetSpecifiedName()
		if closest := english.Closest(name, flagNames(cmd)); closest != "" {
			return fmt.Errorf("unknown flag --%s; did you mean --%s?", name, closest)
		}
		return fmt.Errorf("unknown flag --%s", name)
	}
	if wrong, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Errorf("--%s needs a value", wrong.GetFlag().Name)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := wrong.GetFlag()
		return fmt.Errorf("invalid --%s %q: %s", flag.Name, wrong.GetValue(), validValue(flag, wrong.Unwrap()))
	}
	return err
}

// flagNames returns the flags that a command accepts.
func flagNames(cmd *cobra.Command) (names []string) {
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	cmd.LocalFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	return names
}

// validValue says which values a flag takes. A type of our own says so in its error.
func validValue(flag *pflag.Flag, cause error) string {
	switch flag.Value.Type() {
	case "bool":
		return "use true or false"
	case "duration":
		return "use a duration, for example 5s or 1m"
	case "int", "int32", "int32Slice":
		return "use a whole number"
	default:
		return cause.Error()
	}
}

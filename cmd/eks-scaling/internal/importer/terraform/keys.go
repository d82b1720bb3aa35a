package terraform

import (
	"slices"
	"strings"

	"eks-scaling-automation/shared/english"
)

// scheduleKeys are the keys of a schedule that the module reads, with what holds without them.
var scheduleKeys = map[string]string{
	"min_size":     "the size depends on the provider",
	"max_size":     "the size depends on the provider",
	"desired_size": "the size depends on the provider",
	"recurrence":   "it fires once",
	"time_zone":    "UTC holds",
	"start_time":   "it starts at once",
	"end_time":     "it never ends",
}

// otherNames are names that other tools, and other versions, use for these keys, without case, "_" and "-".
var otherNames = map[string]string{
	"timezone": "time_zone", "tz": "time_zone", "zone": "time_zone", "timezoneid": "time_zone", "timezonename": "time_zone",
	"min": "min_size", "minsize": "min_size", "mincapacity": "min_size", "minnodes": "min_size",
	"max": "max_size", "maxsize": "max_size", "maxcapacity": "max_size", "maxnodes": "max_size",
	"desired": "desired_size", "desiredsize": "desired_size", "desiredcapacity": "desired_size", "desirednodes": "desired_size",
	"cron": "recurrence", "cronexpression": "recurrence", "schedule": "recurrence", "schedules": "schedules", "scheduleexpression": "recurrence",
	"start": "start_time", "starttime": "start_time", "startdate": "start_time",
	"end": "end_time", "endtime": "end_time", "enddate": "end_time",
}

// keyMeant returns the key that another one stands for; empty if none does.
func keyMeant(name string, known []string) string {
	plain := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
	if meant := otherNames[plain]; slices.Contains(known, meant) {
		return meant
	}
	return english.Closest(name, known)
}

// checkKeys warns about keys that the module ignores. It is loud if the key that was meant has a default.
func (a *actionReader) checkKeys() {
	known := make([]string, 0, len(scheduleKeys))
	for name := range scheduleKeys {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, name := range a.fields.names {
		if _, ok := scheduleKeys[name]; ok {
			continue
		}
		at, meant := a.fields.byName[name].place(), keyMeant(name, known)
		if _, set := a.fields.byName[meant]; meant == "" || set {
			a.found.Add(at, "schedule %q has the unknown key %q, which the module ignores; known: %s", a.Key, name, strings.Join(known, ", "))
			continue
		}
		a.found.Add(at, "schedule %q has the key %q, which the module ignores. It reads %s, so %s; rename the key, or check that this is intended",
			a.Key, name, meant, scheduleKeys[meant])
	}
}

// nodegroupKeys are the keys of a node group that versions 18 to 20 of the module read.
var nodegroupKeys = strings.Fields(`
	additional_cluster_dns_ips ami_id ami_release_version ami_type attach_cluster_primary_security_group block_device_mappings
	bootstrap_extra_args capacity_reservation_specification capacity_type cloudinit_post_nodeadm cloudinit_pre_nodeadm
	cluster_auth_base64 cluster_endpoint cluster_ip_family cluster_name cluster_primary_security_group_id cluster_security_group_id
	cluster_service_cidr cluster_service_ipv4_cidr cluster_version cpu_options create create_iam_role create_iam_role_policy
	create_launch_template create_placement_group create_schedule create_security_group credit_specification desired_size
	disable_api_termination disk_size ebs_optimized efa_indices elastic_gpu_specifications elastic_inference_accelerator
	enable_bootstrap_user_data enable_efa_only enable_efa_support enable_monitoring enclave_options force_update_version
	iam_role_additional_policies iam_role_arn iam_role_attach_cni_policy iam_role_description iam_role_name iam_role_path
	iam_role_permissions_boundary iam_role_policy_statements iam_role_tags iam_role_use_name_prefix instance_market_options
	instance_types kernel_id key_name labels launch_template_default_version launch_template_description launch_template_id
	launch_template_name launch_template_tags launch_template_use_name_prefix launch_template_version license_specifications
	maintenance_options max_size metadata_options min_size name network_interfaces node_repair_config partition account_id
	placement placement_group_az placement_group_strategy platform post_bootstrap_user_data pre_bootstrap_user_data
	private_dns_name_options ram_disk_id remote_access schedules security_group_description security_group_name
	security_group_rules security_group_tags security_group_use_name_prefix subnet_ids tag_specifications tags taints timeouts
	update_config update_launch_template_default_version use_custom_launch_template use_latest_ami_release_version
	use_name_prefix user_data_template_path vpc_id vpc_security_group_ids
`)

// checkKeys warns about keys of a node group, or of the defaults, that the module ignores.
func (m module) checkKeys(subject string, s settings) {
	for _, name := range s.names {
		if !slices.Contains(nodegroupKeys, name) {
			m.found.Add(s.byName[name].place(), "%s has the unknown key %q, which the module ignores%s", subject, name, nodegroupKeyMeant(name))
		}
	}
}

// nodegroupKeyMeant returns a suggestion for an unknown key, to append to a message.
func nodegroupKeyMeant(name string) string {
	known := []string{"create_schedule", "desired_size", "max_size", "min_size", schedulesArgument, "update_config", "use_name_prefix"}
	if strings.EqualFold(name, "schedule") {
		return `; did you mean "schedules"?`
	}
	if meant := keyMeant(name, known); meant != "" {
		return "; did you mean \"" + meant + "\"?"
	}
	return english.DidYouMean(name, nodegroupKeys)
}

namespace CredHelper.GitLabRunner;

/// <summary>
/// The keys of <c>[runners.kubernetes]</c> with their types (docs.gitlab.com/runner/executors/kubernetes).
/// </summary>
internal static class KubernetesSchema
{
    private static readonly TomlType Texts = SharedSchema.Texts,
        TextMap = SharedSchema.TextMap;

    private const string Required = "required_during_scheduling_ignored_during_execution",
        Preferred = "preferred_during_scheduling_ignored_during_execution";

    private static readonly TomlType Requirements = TomlType.List(
        TomlType.Struct((TomlType.Text, "key operator"), (Texts, "values"))
    );

    private static readonly TomlType LabelSelector = TomlType.Struct(
            (TextMap, "match_labels"),
            (Requirements, "match_expressions")
        ),
        NodeTerm = TomlType.Struct((Requirements, "match_expressions match_fields")),
        PodTerm = TomlType.Struct(
            (LabelSelector, "label_selector namespace_selector"),
            (Texts, "namespaces match_label_keys mismatch_label_keys"),
            (TomlType.Text, "topology_key")
        ),
        PodAffinity = TomlType.Struct(
            (TomlType.List(PodTerm), Required),
            (TomlType.List(TomlType.Struct((TomlType.Integer, "weight"), (PodTerm, "pod_affinity_term"))), Preferred)
        ),
        NodeAffinity = TomlType.Struct(
            (TomlType.Struct((TomlType.List(NodeTerm), "node_selector_terms")), Required),
            (TomlType.List(TomlType.Struct((TomlType.Integer, "weight"), (NodeTerm, "preference"))), Preferred)
        );

    private static readonly TomlType Profile = TomlType.Struct((TomlType.Text, "type localhost_profile")),
        PodSecurity = TomlType.Struct(
            (TomlType.Integer, "fs_group run_as_group run_as_user"),
            (TomlType.Flag, "run_as_non_root"),
            (TomlType.List(TomlType.Integer), "supplemental_groups"),
            (TomlType.Text, "selinux_type"),
            (Profile, "seccomp_profile app_armor_profile")
        ),
        ContainerSecurity = TomlType.Struct(
            (TomlType.Struct((Texts, "add drop")), "capabilities"),
            (TomlType.Flag, "privileged run_as_non_root read_only_root_filesystem allow_privilege_escalation"),
            (TomlType.Integer, "run_as_user run_as_group"),
            (TomlType.Text, "selinux_type proc_mount"),
            (Profile, "seccomp_profile app_armor_profile")
        );

    private static readonly TomlType Mounted = TomlType.List(
            TomlType.Struct(
                (
                    TomlType.Text,
                    "name mount_path sub_path host_path mount_propagation driver fs_type medium size_limit"
                ),
                (TomlType.Flag, "read_only"),
                (TextMap, "items volume_attributes")
            )
        ),
        // GitLab Runner reads the fields of an NFS volume one by one; a field of the wrong type counts as missing.
        Volumes = TomlType.Struct(
            (Mounted, "host_path pvc config_map secret empty_dir csi"),
            (TomlType.List(TomlType.Map(TomlType.Any)), "nfs")
        );

    private static readonly TomlType Handler = TomlType.Struct(
        (TomlType.Struct((Texts, "command")), "exec"),
        (
            TomlType.Struct(
                (TomlType.Text, "host path scheme"),
                (TomlType.Integer, "port"),
                (TomlType.List(TomlType.Struct((TomlType.Text, "name value"))), "http_headers")
            ),
            "http_get"
        ),
        (TomlType.Struct((TomlType.Text, "host"), (TomlType.Integer, "port")), "tcp_socket")
    );

    public static readonly TomlType Kubernetes = TomlType.Struct(
        (
            TomlType.Text,
            """
            host context cert_file key_file ca_file bearer_token image namespace namespace_overwrite_allowed
            runtime_class_name helper_image helper_image_flavor node_selector_overwrite_allowed
            node_tolerations_overwrite_allowed pod_labels_overwrite_allowed pod_annotations_overwrite_allowed
            scheduler_name service_account service_account_overwrite_allowed suspend_pvc_size suspend_pvc_storage_class
            dns_policy priority_class_name logs_base_dir scripts_base_dir
            """
        ),
        (TomlType.Text, Resources()),
        (
            TomlType.Flag,
            """
            bearer_token_overwrite_allowed namespace_per_job privileged allow_privilege_escalation
            use_service_account_image_pull_secrets helper_image_autoset_arch_and_os automount_service_account_token
            print_pod_warning_events pod_disruption_budget
            """
        ),
        (
            TomlType.Integer,
            """
            pod_termination_grace_period_seconds cleanup_grace_period_seconds poll_interval poll_timeout
            resource_availability_check_max_attempts retry_limit retry_backoff_max
            """
        ),
        (TomlType.Duration, "cleanup_resources_timeout"),
        (
            Texts,
            """
            allowed_images allowed_pull_policies allowed_services allowed_users allowed_groups image_pull_secrets
            cap_add cap_drop
            """
        ),
        (SharedSchema.TextOrTexts, "pull_policy"),
        (TextMap, "node_selector node_tolerations pod_labels pod_annotations"),
        (TomlType.Map(TomlType.Integer), "retry_limits"),
        (TomlType.Struct((NodeAffinity, "node_affinity"), (PodAffinity, "pod_affinity pod_anti_affinity")), "affinity"),
        (PodSecurity, "pod_security_context"),
        (
            ContainerSecurity,
            """
            init_permissions_container_security_context build_container_security_context
            helper_container_security_context service_container_security_context
            """
        ),
        (Volumes, "volumes"),
        (TomlType.List(TomlType.Struct((TomlType.Text, "ip"), (Texts, "hostnames"))), "host_aliases"),
        (SharedSchema.Services, "services"),
        (
            TomlType.Struct(
                (Texts, "nameservers searches"),
                (TomlType.List(TomlType.Struct((TomlType.Text, "name value"))), "options")
            ),
            "dns_config"
        ),
        (TomlType.Struct((Handler, "post_start pre_stop")), "container_lifecycle"),
        (TomlType.List(TomlType.Struct((TomlType.Text, "name patch_path patch patch_type"))), "pod_spec"),
        (
            TomlType.Struct(
                (TomlType.Integer, "max_pause_pods"),
                (TomlType.Text, "pause_pod_image pause_pod_priority_class_name"),
                (SharedSchema.AutoscalerPolicies, "policy"),
                (Texts, "pause_pod_image_pull_secrets")
            ),
            "autoscaler"
        )
    );

    /// <summary>
    /// The keys for CPU, memory and storage of each container: requests, limits, and the maximum that a job may set.
    /// </summary>
    private static string Resources()
    {
        string[] keys =
        [
            .. from container in (string[])["", "service_", "helper_", "pod_"]
            from resource in (string[])["cpu", "memory", "ephemeral_storage"]
            where !(container == "pod_" && resource == "ephemeral_storage")
            from bound in (string[])["limit", "request"]
            select $"{container}{resource}_{bound}",
        ];
        return string.Join(' ', keys.Concat(keys.Select(key => key + "_overwrite_max_allowed")));
    }
}

namespace CredHelper.GitLabRunner;

/// <summary>
/// The keys of config.toml with the types that GitLab Runner 19.3 decodes them into
/// (docs.gitlab.com/runner/configuration/advanced-configuration).
/// </summary>
internal static class RunnerConfigSchema
{
    private static readonly TomlType Texts = SharedSchema.Texts,
        TextMap = SharedSchema.TextMap,
        TextOrTexts = SharedSchema.TextOrTexts;

    private static readonly TomlType Docker = TomlType.Struct(
        (
            TomlType.Text,
            """
            host tls_cert_path hostname image runtime memory memory_swap memory_reservation cgroup_parent cpuset_cpus
            cpuset_mems cpus user userns_mode gpus volume_driver cache_dir network_mode pid_mode ipcmode mac_address
            service_memory service_memory_swap service_memory_reservation service_cgroup_parent
            service_slot_cgroup_template service_cpuset_cpus service_cpus service_gpus isolation helper_image
            helper_image_flavor
            """
        ),
        (
            TomlType.Integer,
            """
            cpu_shares oom_score_adjust services_limit service_cpu_shares wait_for_services_timeout shm_size network_mtu
            """
        ),
        (
            TomlType.Flag,
            """
            tls_verify privileged services_privileged disable_entrypoint_overwrite oom_kill_disable disable_cache
            volume_keep enable_ipv6
            """
        ),
        (
            Texts,
            """
            dns dns_search allowed_users group_add cap_add cap_drop security_opt services_security_opt devices
            device_cgroup_rules volumes extra_hosts volumes_from links allowed_images allowed_privileged_images
            allowed_privileged_services allowed_services allowed_pull_policies
            """
        ),
        (TextMap, "volume_driver_ops tmpfs services_tmpfs sysctls container_labels ulimit log_options"),
        (TomlType.Map(Texts), "services_devices"),
        (TextOrTexts, "pull_policy"),
        (SharedSchema.Services, "services")
    );

    private static readonly TomlType Machine = TomlType.Struct(
        (
            TomlType.Integer,
            """
            MaxGrowthRate IdleCount IdleCountMin IdleTime MaxBuilds MaxRemovalAttempts OffPeakIdleCount OffPeakIdleTime
            """
        ),
        (TomlType.Float, "IdleScaleFactor"),
        (TomlType.Text, "MachineDriver MachineName OffPeakTimezone"),
        (Texts, "MachineOptions MachineOptionsWithName OffPeakPeriods"),
        (
            TomlType.List(
                TomlType.Struct(
                    (Texts, "Periods"),
                    (TomlType.Text, "Timezone"),
                    (TomlType.Integer, "IdleCount IdleCountMin IdleTime"),
                    (TomlType.Float, "IdleScaleFactor")
                )
            ),
            "autoscaling"
        )
    );

    private static readonly TomlType Connector = TomlType.Struct(
        (TomlType.Text, "os arch protocol username password key_path"),
        (TomlType.Integer, "protocol_port"),
        (TomlType.Flag, "use_static_credentials use_external_addr"),
        (TomlType.Duration, "keepalive timeout")
    );

    private static readonly TomlType Autoscaler = TomlType.Struct(
        (
            TomlType.Integer,
            "capacity_per_instance max_use_count max_instances shutdown_deletion_retries failure_threshold"
        ),
        (TomlType.Text, "plugin instance_ready_command"),
        (TomlType.Map(TomlType.Any), "plugin_config"),
        (Connector, "connector_config"),
        (SharedSchema.AutoscalerPolicies, "policy"),
        (
            TomlType.Duration,
            """
            instance_acquire_timeout update_interval update_interval_when_expecting deletion_retry_interval
            shutdown_deletion_interval
            """
        ),
        (TomlType.Struct((TomlType.Integer, "limit burst")), "scale_throttle"),
        (TomlType.Flag, "reservation_throttling log_internal_ip log_external_ip delete_instances_on_shutdown"),
        (
            TomlType.Struct(
                (TomlType.Flag, "enabled"),
                (TomlType.Text, "nesting_host image"),
                (TomlType.Map(TomlType.Any), "nesting_config"),
                (Connector, "connector_config")
            ),
            "vm_isolation"
        ),
        (
            TomlType.Struct((TomlType.Flag, "enabled keep_instance_with_acquisitions"), (TomlType.Text, "dir")),
            "state_storage"
        ),
        (
            TomlType.List(TomlType.Float),
            """
            instance_operation_time_buckets instance_creation_time_buckets instance_is_running_time_buckets
            instance_deletion_time_buckets instance_readiness_time_buckets instance_life_duration_buckets
            """
        )
    );

    private static readonly TomlType Cache = TomlType.Struct(
        (TomlType.Text, "Type Path"),
        (TomlType.Flag, "Shared"),
        (TomlType.Integer, "MaxUploadedArchiveSize"),
        (
            TomlType.Struct(
                (
                    TomlType.Text,
                    """
                    ServerAddress AccessKey SecretKey SessionToken BucketName BucketLocation AuthenticationType
                    ServerSideEncryption ServerSideEncryptionKeyID RoleARN UploadRoleARN
                    """
                ),
                (TomlType.Flag, "Insecure DualStack PathStyle Accelerate DisableAssumeRoleCredentialsCaching"),
                (TomlType.Integer, "AssumeRoleMaxConcurrency")
            ),
            "s3"
        ),
        (TomlType.Struct((TomlType.Text, "AccessID PrivateKey CredentialsFile BucketName UniverseDomain")), "gcs"),
        (TomlType.Struct((TomlType.Text, "AccountName AccountKey ContainerName StorageDomain")), "azure")
    );

    private static readonly TomlType Custom = TomlType.Struct(
        (TomlType.Text, "config_exec prepare_exec run_exec cleanup_exec"),
        (Texts, "config_args prepare_args run_args cleanup_args"),
        (
            TomlType.Integer,
            """
            config_exec_timeout prepare_exec_timeout cleanup_exec_timeout graceful_kill_timeout force_kill_timeout
            """
        )
    );

    private static readonly TomlType Ssh = TomlType.Struct(
        (TomlType.Text, "user password host port identity_file known_hosts_file"),
        (TomlType.Flag, "disable_strict_host_key_checking")
    );

    private static readonly TomlType Parallels = TomlType.Struct(
            (TomlType.Text, "base_name template_name time_server"),
            (TomlType.Flag, "disable_snapshots"),
            (Texts, "allowed_images")
        ),
        VirtualBox = TomlType.Struct(
            (TomlType.Text, "base_name base_snapshot base_folder start_type"),
            (TomlType.Flag, "disable_snapshots"),
            (Texts, "allowed_images")
        );

    private static readonly TomlType Monitoring = TomlType.Struct(
            (
                TomlType.List(
                    TomlType.Struct(
                        (Texts, "periods"),
                        (TomlType.Text, "timezone jobs_running_for_project"),
                        (TomlType.Duration, "threshold")
                    )
                ),
                "job_queuing_durations"
            )
        ),
        Referees = TomlType.Struct(
            (
                TomlType.Struct(
                    (TomlType.Text, "prometheus_address"),
                    (TomlType.Integer, "query_interval"),
                    (Texts, "queries")
                ),
                "metrics"
            )
        );

    private static readonly TomlType BootVerify = TomlType.Struct(
        (TomlType.Flag, "enabled"),
        (TomlType.Duration, "timeout acquire_min_backoff acquire_max_backoff")
    );

    private static readonly TomlType Runner = TomlType.Struct(
        (
            TomlType.Text,
            """
            name url token tls-ca-file tls-cert-file tls-key-file executor builds_dir cache_dir clone_url
            pre_get_sources_script post_get_sources_script pre_build_script
            post_build_script shell slot_cgroup_template step_runner_image
            """
        ),
        (TomlType.Integer, "id limit output_limit request_concurrency unhealthy_requests_limit"),
        (TomlType.Integer, "job_status_final_update_retry_limit"),
        (TomlType.Time, "token_obtained_at token_expires_at"),
        (TomlType.Duration, "unhealthy_interval prepare_timeout get_sources_timeout"),
        (
            TomlType.Flag,
            """
            proxy_exec debug_trace_disabled safe_directory_checkout clean_git_config use_slot_cgroups
            strict_check_interval
            """
        ),
        (Texts, "environment"),
        (TextMap, "labels"),
        (TomlType.Map(TomlType.Flag), "feature_flags"),
        (TomlType.Struct((TomlType.Flag, "enabled")), "custom_build_dir"),
        (TomlType.Struct((TomlType.Duration, "upload_timeout response_header_timeout")), "artifact"),
        (TomlType.Struct((Texts, "allowed_images"), (TomlType.Flag, "use_common_build_dir")), "instance"),
        (TomlType.Struct((BootVerify, "boot_verify")), "experimental"),
        (Docker, "docker"),
        (KubernetesSchema.Kubernetes, "kubernetes"),
        (Machine, "machine"),
        (Autoscaler, "autoscaler"),
        (Cache, "cache"),
        (Custom, "custom"),
        (Ssh, "ssh"),
        (Parallels, "parallels"),
        (VirtualBox, "virtualbox"),
        (Monitoring, "monitoring"),
        (Referees, "referees")
    );

    /// <summary>The whole file.</summary>
    public static readonly TomlType Config = TomlType.Struct(
        (TomlType.Text, "listen_address log_level log_format user sentry_dsn"),
        (TomlType.Integer, "concurrent check_interval shutdown_timeout"),
        (TomlType.Duration, "connection_max_age"),
        (TextMap, "labels"),
        (
            TomlType.Struct((TomlType.Text, "listen_address advertise_address"), (TomlType.Integer, "session_timeout")),
            "session_server"
        ),
        (
            TomlType.Struct(
                (
                    TomlType.Struct(
                        (TomlType.Flag, "enabled"),
                        (TomlType.Integer, "concurrency max_retries"),
                        (TomlType.Duration, "retry_backoff")
                    ),
                    "shutdown_drain"
                )
            ),
            "machine"
        ),
        (TomlType.Struct((UsageLogger(), "usage_logger")), "experimental"),
        (TomlType.List(Runner), "runners")
    );

    private static TomlType UsageLogger() =>
        TomlType.Struct(
            (TomlType.Flag, "enabled"),
            (Texts, "writers"),
            (TomlType.Text, "log_dir"),
            (TomlType.Integer, "max_backup_files"),
            (TomlType.Duration, "max_rotation_age"),
            (TextMap, "labels"),
            (
                TomlType.Struct(
                    (TomlType.Text, "log_dir"),
                    (TomlType.Integer, "max_backup_files"),
                    (TomlType.Duration, "max_rotation_age"),
                    (TextMap, "labels")
                ),
                "logrotate"
            ),
            (
                TomlType.Struct(
                    (TomlType.Text, "collector_uri app_id category realm deployment_type"),
                    (TextMap, "metadata"),
                    (TomlType.Flag, "enable_oidc skip_oidc_if_unsupported_cloud skip_runner_system_failure"),
                    (TomlType.List(TomlType.Float), "batch_delivery_duration_buckets")
                ),
                "snowplow_billing"
            )
        );
}

namespace CredHelper.GitLabRunner;

/// <summary>Types of config.toml that several executors use.</summary>
internal static class SharedSchema
{
    public static readonly TomlType Texts = TomlType.List(TomlType.Text),
        TextMap = TomlType.Map(TomlType.Text),
        TextOrTexts = TomlType.List(TomlType.Text, takesText: true);

    public static readonly TomlType Services = TomlType.List(
        TomlType.Struct((TomlType.Text, "name alias suspend_data_path"), (Texts, "command entrypoint environment"))
    );

    public static readonly TomlType AutoscalerPolicies = TomlType.List(
        TomlType.Struct(
            (Texts, "periods"),
            (TomlType.Text, "timezone"),
            (TomlType.Integer, "idle_count scale_factor_limit"),
            (TomlType.Duration, "idle_time"),
            (TomlType.Float, "scale_factor"),
            (TomlType.Flag, "preemptive_mode")
        )
    );
}

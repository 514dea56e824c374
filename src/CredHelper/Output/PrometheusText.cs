using System.Globalization;
using System.Text;
using CredHelper.Errors;

namespace CredHelper.Output;

/// <summary>
/// Metrics in Prometheus' text exposition format: each family with help and type, then its samples with escaped label
/// values.
/// </summary>
/// <param name="common">Labels of every sample, as <see cref="Label"/> writes them.</param>
internal sealed class PrometheusText(string common)
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a family of gauges.</summary>
    public void AddFamily(string name, string help) => _text.Append($"# HELP {name} {help}\n# TYPE {name} gauge\n");

    /// <summary>Adds a family with one sample.</summary>
    public void Add(string name, string help, double value)
    {
        AddFamily(name, help);
        AddSample(name, value);
    }

    /// <param name="name">The name of the family.</param>
    /// <param name="value">The value of the sample.</param>
    /// <param name="labels">Labels, as <see cref="Label"/> writes them.</param>
    public void AddSample(string name, double value, params string[] labels)
    {
        string all = string.Join(',', labels.Prepend(common));
        _text.Append($"{name}{{{all}}} {value.ToString(CultureInfo.InvariantCulture)}\n");
    }

    public override string ToString() => _text.ToString();

    public static string Label(string name, string value)
    {
        string escaped = ForeignText
            .Lines(value)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{name}=\"{escaped}\"";
    }
}

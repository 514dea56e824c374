using System.Globalization;
using System.Text;

namespace CredHelper.Output;

/// <summary>
/// Metrics in Prometheus' text exposition format: each family with its help and type, then its samples, whose label
/// values are escaped.
/// </summary>
/// <param name="common">Labels that every sample has.</param>
internal sealed class PrometheusText(IReadOnlyList<(string Name, string Value)> common)
{
    private readonly StringBuilder _text = new();

    /// <summary>A gauge without further labels.</summary>
    public void Add(string name, string help, double value) => Add(name, help, [([], value)]);

    /// <summary>A gauge; a family without a sample is left out.</summary>
    public void Add(string name, string help, IEnumerable<((string Name, string Value)[] Labels, double Value)> samples)
    {
        bool isFirst = true;
        foreach (((string, string)[] labels, double value) in samples)
        {
            if (isFirst)
                _text.Append($"# HELP {name} {help}\n# TYPE {name} gauge\n");
            isFirst = false;
            string pairs = string.Join(',', common.Concat(labels).Select(Pair));
            string set = pairs.Length > 0 ? $"{{{pairs}}}" : "";
            _text.Append(CultureInfo.InvariantCulture, $"{name}{set} {value}\n");
        }
    }

    public override string ToString() => _text.ToString();

    private static string Pair((string Name, string Value) label)
    {
        string value = label
            .Value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{label.Name}=\"{value}\"";
    }
}

namespace CredHelper.Scenarios.Runner;

/// <summary>The machine does not have what the scenario needs; the message names it.</summary>
public sealed class ScenarioSkippedException(string reason) : Exception(reason);

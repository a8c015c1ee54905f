public class Palindrome {
    static boolean isOne(String word) {
        return new StringBuilder(word).reverse().toString().equals(word);
    }

    public static void main(String[] words) {
        for (String word : words) {
            System.out.println(word + ": " + isOne(word));
        }
    }
}
